import { type Problem } from '../../http/problem.js';
import { safeText } from '../printing/safe-text.js';

/** What is read of a problem document; a proxy, or the host of the API, may send others than {@link Problem}. */
export type ForeignProblem = Partial<Omit<Problem, 'type'>>;

/** A refusal in lines: title and detail, every wrong value, code and remedy. */
export function describeProblem({ title = 'Refused', detail, code, remedy, errors }: ForeignProblem): string {
  const lines = [
    detail === undefined ? title : `${title}: ${detail}`,
    ...(errors ?? []).map(({ field, detail: wrong }) => `  ${field === '' ? 'body' : field}: ${wrong}`),
    ...(code === undefined
      ? ['  This is no answer of bomba-sync: is the address right?']
      : [`  code: ${code}`]),
    ...(remedy === undefined ? [] : [`  remedy: ${remedy}`]),
  ];
  // The sentences stem from the server, and may quote data.
  return lines.flatMap((line) => line.split('\n').map(safeText)).join('\n');
}
