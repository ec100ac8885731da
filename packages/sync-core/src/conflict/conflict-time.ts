import { createStamp, type Stamp, toStamp } from '../protocol/stamp.js';

/** The stamp to compare a version by, and what was wrong with the one it came with. */
export interface ConflictTime {
  readonly stamp: Stamp;
  readonly problem: 'missing' | 'corrupt' | null;
}

/**
 * Reads the stamp that a version came with. Without one, the version counts as written now; with one that is damaged, it
 * counts as a new change, which is the same. A sound stamp of this very millisecond is later than either.
 */
export function readConflictTime(found: unknown, nowMs: number): ConflictTime {
  if (found === null || found === undefined) return { stamp: stampOfNow(nowMs), problem: 'missing' };
  const stamp = typeof found === 'string' ? toStamp(found) : null;
  return stamp ? { stamp, problem: null } : { stamp: stampOfNow(nowMs), problem: 'corrupt' };
}

function stampOfNow(nowMs: number): Stamp {
  return createStamp({ timeMs: nowMs, counter: 0, random: new Uint8Array(16) });
}
