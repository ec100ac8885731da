import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';
import { isLater, latest, sameWrite, type Stamp } from '../protocol/stamp.js';
import { type LocalMarks, type LocalTombstone } from '../protocol/state.js';
import { type QuarantineMark } from './quarantine-record.js';
import { type FreedValue } from './retry-freed.js';

/** Which part of the quarantine is looked through. */
export interface SweepQuarantineOptions {
  /** Behind that entry; null: from the first one. */
  readonly after: string | null;
  readonly limit: number;
  /** Also looks up whether Atlas still has what Local refused of it. Default false. */
  readonly asksAtlas?: boolean;
}

/** What was found. */
export interface SweepQuarantineResult {
  /** Documents that left Local for a moment, and are to be looked at. */
  readonly parked: readonly DocumentKey[];
  /** Versions of Atlas that may be gone from there: to be looked at. */
  readonly gone: readonly DocumentKey[];
  /** What may be tried again: the holder of the unique value that it waits for has gone on. */
  readonly freed: readonly FreedValue[];
  /** Behind which entry the next page begins; null: at the first one. */
  readonly next: string | null;
}

/** What Local has of a key. */
interface Found {
  readonly document: LocalMarks | null;
  readonly tombstone: LocalTombstone | null;
}

const NOTHING: Found = { document: null, tombstone: null };

/**
 * Releases the entries of a page whose refused state is no longer what waits: it got through, lost, or another one has
 * taken its place. Nothing else need tell the quarantine, at whatever moment a process dies, and what is held costs the
 * lanes nothing. Returns what is to be taken or tried again, and where the next page begins.
 */
export function* sweepQuarantine({
  after,
  limit,
  asksAtlas = false,
}: SweepQuarantineOptions): Step<SweepQuarantineResult> {
  const page = yield* ask({ side: 'local', op: 'scanQuarantine', after, limit });
  if (page.length === 0) return { parked: [], gone: [], freed: [], next: null };
  const found = yield* readAll(page);
  const on = (key: DocumentKey): Found => found.get(key) ?? NOTHING;
  const waiting = page.filter((mark) => stillWaits(mark, on(mark.key)));
  const over = page.filter((mark) => !waiting.includes(mark));
  const rivals = [
    ...waiting,
    ...(yield* readBehind(page, limit)).filter((mark) => stillWaits(mark, on(mark.key))),
  ];
  if (over.length > 0) yield* ask({ side: 'local', op: 'release', entries: over });
  return {
    parked: waiting.filter(({ waits }) => waits === 'parked').map(({ key }) => key),
    gone: asksAtlas ? yield* findGone(waiting, on) : [],
    freed: waiting.flatMap((mark) => {
      const version = goneOnTo(mark, on);
      return version === null || isOvertaken(mark, rivals) ? [] : [{ mark, version, ...on(mark.key) }];
    }),
    next: page.length < limit ? null : (page.at(-1)?.id ?? null),
  };
}

/** What Atlas has no version of any more; a state that a foreign hand has just written has none yet. */
function* findGone(
  waiting: readonly QuarantineMark[],
  on: (key: DocumentKey) => Found,
): Step<readonly DocumentKey[]> {
  const keys = waiting.flatMap(({ key, direction, waits }) =>
    direction === 'atlas-to-local' && waits === 'in-place' && !on(key).document ? [key] : [],
  );
  if (keys.length === 0) return [];
  const stamps = yield* ask({ side: 'atlas', op: 'readStamps', entries: keys });
  return keys.filter((_, i) => (stamps[i] ?? null) === null);
}

/** The documents of a page, and those that hold what they wait for. */
function* readAll(page: readonly QuarantineMark[]): Step<ReadonlyMap<DocumentKey, Found>> {
  const entries = [...new Set(page.flatMap(({ key, wait }) => (wait.holder ? [key, wait.holder] : [key])))];
  // Documents before tombstones: a document that is deleted in between is then found by one or the other.
  const marks = yield* ask({ side: 'local', op: 'readMarks', entries });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries });
  return new Map(
    entries.map((key, i) => [key, { document: marks[i] ?? null, tombstone: tombstones[i] ?? null }]),
  );
}

/** The entry behind a page, where it is of another write of the page's last document: they are one behind the other. */
function* readBehind(page: readonly QuarantineMark[], limit: number): Step<readonly QuarantineMark[]> {
  const last = page.at(-1);
  if (!last || page.length < limit || last.waits !== 'aside') return [];
  const behind = yield* ask({ side: 'local', op: 'scanQuarantine', after: last.id, limit: 1 });
  return behind.filter(({ key }) => key === last.key);
}

/**
 * How far the holder of a value has gone on since it was last known to hold it; null where it has not. Its deletion is noted
 * before it leaves: as long as it is there it holds the value, and would be known to hold it under that deletion's version.
 */
function goneOnTo({ wait, waits }: QuarantineMark, on: (key: DocumentKey) => Found): Stamp | null {
  if (wait.holder === null || waits === 'parked') return null;
  const { document, tombstone } = on(wait.holder);
  const version = (document ?? tombstone)?.stamp ?? null;
  return isLater(version, wait.seen) ? version : null;
}

/** Two writes of one document left Local, one after the other: the older one does not come back before the later. */
function isOvertaken({ key, stamp, waits }: QuarantineMark, rivals: readonly QuarantineMark[]): boolean {
  return rivals.some(
    (other) =>
      waits === 'aside' && other.waits === 'aside' && other.key === key && isLater(other.stamp, stamp),
  );
}

/**
 * A refused write waits as long as its document carries its id; a refused version of Atlas until Local is as far; and what
 * is nowhere else until it is known to be on Atlas or back on Local, or somebody acts.
 */
export function stillWaits(
  { direction, stamp, waits, wait }: Pick<QuarantineMark, 'direction' | 'stamp' | 'waits' | 'wait'>,
  { document, tombstone }: Found,
): boolean {
  if (waits === 'aside') {
    const isBack = wait.again !== null && document?.dirty === wait.again;
    const isOnAtlas = [stamp, wait.again].some((write) => sameWrite(document?.stamp ?? null, write));
    return !isBack && !isOnAtlas;
  }
  if (direction === 'local-to-atlas') return document?.dirty === stamp;
  return isLater(stamp, latest(document?.stamp, tombstone?.stamp));
}
