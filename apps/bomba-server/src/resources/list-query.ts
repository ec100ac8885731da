import { HttpProblem } from '../http/http-problem.js';

/** What a client wants to see of a resource. */
export interface ListQuery {
  readonly limit: number;
  /** Text to look for; absent: everything. */
  readonly q: string | undefined;
}

const defaultLimit = 50;
const largestLimit = 500;
const longestSearch = 100;

function parseLimit(value: unknown): number {
  if (value === undefined) return defaultLimit;
  if (typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value)) return Math.min(Number(value), largestLimit);
  throw new HttpProblem(400, `limit must be a whole number from 1 to ${largestLimit}.`);
}

function parseSearch(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= longestSearch) return value;
  throw new HttpProblem(400, `q must be given once and have at most ${longestSearch} characters.`);
}

/** Reads `?limit=` (default 50, at most 500) and `?q=`. Throws {@link HttpProblem} 400. */
export function parseListQuery(query: Readonly<Record<string, unknown>>): ListQuery {
  return { limit: parseLimit(query['limit']), q: parseSearch(query['q']) };
}
