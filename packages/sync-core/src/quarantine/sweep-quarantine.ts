import { type DocumentKey } from '../document-key/document-key.js';
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

/** What was found. */
export interface SweepQuarantineResult {
  /** Documents that left Local for a moment, and are to be looked at. */
  readonly parked: readonly DocumentKey[];
  /** Behind which entry the next page begins; null: at the first one. */
  readonly next: string | null;
}

/**
 * Releases the entries of a page whose refused state is no longer what waits: it got through, lost, or another one has
 * taken its place. Nothing else need tell the quarantine, at whatever moment a process dies, and what is held costs the
 * lanes nothing. Returns what is to be taken again, and where the next page begins.
 */
export function* sweepQuarantine({ after, limit }: SweepQuarantineOptions): Step<SweepQuarantineResult> {
  const page = yield* ask({ side: 'local', op: 'scanQuarantine', after, limit });
  if (page.length === 0) return { parked: [], next: null };
  const entries = page.map(({ key }) => key);
  // Documents before tombstones: a document that is deleted in between is then found by one or the other.
  const marks = yield* ask({ side: 'local', op: 'readMarks', entries });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries });
  const isWaiting = page.map((mark, i) => stillWaits(mark, marks[i] ?? null, tombstones[i] ?? null));
  const over = page.filter((_, i) => !isWaiting[i]);
  if (over.length > 0) yield* ask({ side: 'local', op: 'release', entries: over });
  return {
    parked: page.filter(({ waits }, i) => isWaiting[i] && waits === 'parked').map(({ key }) => key),
    next: page.length < limit ? null : (page.at(-1)?.id ?? null),
  };
}

/**
 * A refused write waits as long as its document carries its id; a refused version of Atlas until Local is as far; and what
 * is nowhere else until somebody acts.
 */
export function stillWaits(
  { direction, stamp, waits }: Omit<QuarantineMark, 'id' | 'key'>,
  document: Pick<LocalMarks, 'stamp' | 'dirty'> | null,
  tombstone: Pick<LocalTombstone, 'stamp'> | null,
): boolean {
  if (waits === 'aside') return true;
  if (direction === 'local-to-atlas') return document?.dirty === stamp;
  return isLater(stamp, latest(document?.stamp, tombstone?.stamp));
}
