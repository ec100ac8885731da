import { type Side } from '../protocol/side.js';
import { isLater, type Stamp } from '../protocol/stamp.js';

/**
 * Which of two writes that had not seen each other wins: the one with the later stamp, by its time and, within one
 * millisecond, by its tail. A total order, so every branch finds the same winner. One without a stamp loses; where both
 * are the same, Atlas' stands.
 *
 * @public
 */
export function decideLastWriteWins(local: Stamp | null, atlas: Stamp | null): Side {
  return isLater(local, atlas) ? 'local' : 'atlas';
}
