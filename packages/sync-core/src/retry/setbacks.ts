import { type Random } from '../ports/random.js';
import { backoffDelay } from './backoff.js';
import { type RetryPolicy } from './retry-policy.js';

interface Setback {
  readonly count: number;
  readonly untilMs: number;
}

/**
 * What has failed, and is left alone for a while: each thing at growing distances of its own, so that it holds up
 * nothing else. Time is passed in and should be a monotonic one.
 */
export class Setbacks<Scope> {
  readonly #policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>;
  readonly #random: Pick<Random, 'fraction'>;
  readonly #open = new Map<Scope, Setback>();

  constructor(policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>, random: Pick<Random, 'fraction'>) {
    this.#policy = policy;
    this.#random = random;
  }

  /** How many things have failed last time. */
  get size(): number {
    return this.#open.size;
  }

  /** All that failed last time. */
  get scopes(): readonly Scope[] {
    return [...this.#open.keys()];
  }

  /** Whether it failed when it was last tried. */
  has(scope: Scope): boolean {
    return this.#open.has(scope);
  }

  /** How often in a row it has failed. */
  countOf(scope: Scope): number {
    return this.#open.get(scope)?.count ?? 0;
  }

  /** What failed when it was last tried, and is to be left alone no longer; with how often in a row it has. */
  due(nowMs: number): ReadonlyMap<Scope, number> {
    const due = [...this.#open].filter(([, { untilMs }]) => nowMs >= untilMs);
    return new Map(due.map(([scope, { count }]) => [scope, count]));
  }

  /** Whether it is to be left alone at this moment. */
  isWaiting(scope: Scope, nowMs: number): boolean {
    return nowMs < (this.#open.get(scope)?.untilMs ?? -Infinity);
  }

  /** It has failed again; returns how often by now, without a success between. */
  failed(scope: Scope, nowMs: number): number {
    const count = (this.#open.get(scope)?.count ?? 0) + 1;
    const untilMs = nowMs + backoffDelay(count, this.#policy, this.#random);
    this.#open.set(scope, { count, untilMs });
    return count;
  }

  succeeded(scope: Scope): void {
    this.#open.delete(scope);
  }
}
