import { type Random } from '../ports/random.js';
import { type RetryPolicy } from './retry-policy.js';

/** Beyond this many doublings of any base above 1 ms the cap is long reached; a number would overflow later. */
const MAX_DOUBLINGS = 64;

/**
 * How long to wait before trying again, in whole milliseconds: exponential with full jitter, that is anything from 0 up
 * to `baseMs`, doubled with each attempt, at most `maxMs`. `attempt` counts the failures so far, from 1.
 *
 * Full jitter spreads many that failed at one moment best (Brooker, "Exponential Backoff And Jitter", 2015).
 *
 * @public
 */
export function backoffDelay(
  attempt: number,
  { baseMs, maxMs }: Pick<RetryPolicy, 'baseMs' | 'maxMs'>,
  random: Pick<Random, 'fraction'>,
): number {
  const doublings = Math.min(Math.max(attempt - 1, 0), MAX_DOUBLINGS);
  return Math.floor(random.fraction() * Math.min(maxMs, baseMs * 2 ** doublings));
}
