import { ask, type Step } from '../operations/operation.js';
import { isLater, latest } from '../protocol/stamp.js';
import { type LocalMarks, type LocalTombstone } from '../protocol/state.js';
import { type QuarantineMark } from './quarantine-record.js';

/** Which part of the quarantine is looked through. */
export interface SweepQuarantineOptions {
  /** Behind that entry; null: from the first one. */
  readonly after: string | null;
  readonly limit: number;
}

/**
 * Releases the entries of a page whose refused state is no longer what waits: it got through, lost, or another one has
 * taken its place. Nothing else need tell the quarantine, at whatever moment a process dies, and what is held costs the
 * lanes nothing. Returns where the next page begins; null: at the first entry.
 */
export function* sweepQuarantine({ after, limit }: SweepQuarantineOptions): Step<string | null> {
  const page = yield* ask({ side: 'local', op: 'scanQuarantine', after, limit });
  if (page.length === 0) return null;
  const entries = page.map(({ key }) => key);
  // Documents before tombstones: a document that is deleted in between is then found by one or the other.
  const marks = yield* ask({ side: 'local', op: 'readMarks', entries });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries });
  const over = page.filter((mark, i) => !stillWaits(mark, marks[i] ?? null, tombstones[i] ?? null));
  if (over.length > 0) yield* ask({ side: 'local', op: 'release', entries: over });
  return page.length < limit ? null : (page.at(-1)?.id ?? null);
}

/** A refused write waits as long as its document carries its id; a refused version of Atlas until Local is as far. */
export function stillWaits(
  { direction, stamp }: Pick<QuarantineMark, 'direction' | 'stamp'>,
  document: Pick<LocalMarks, 'stamp' | 'dirty'> | null,
  tombstone: Pick<LocalTombstone, 'stamp'> | null,
): boolean {
  if (direction === 'local-to-atlas') return document?.dirty === stamp;
  return isLater(stamp, latest(document?.stamp, tombstone?.stamp));
}
