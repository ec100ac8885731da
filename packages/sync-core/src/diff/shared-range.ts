import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';
import { type ScannedState, type StatePage, type StateScan } from '../operations/scanned-state.js';

/** All keys that either side had behind the last range, up to `next`. */
export interface SharedRange {
  readonly local: readonly ScannedState[];
  readonly atlas: readonly ScannedState[];
  /** Its last key; null: there is nothing behind it. */
  readonly next: DocumentKey | null;
}

/** A page of each side, behind the same key. */
export interface PagePair {
  readonly local: StatePage;
  readonly atlas: StatePage;
  /** The last key that both had before these, up to which all is known; null: that is no key of this page. */
  readonly shared: DocumentKey | null;
}

/**
 * How far two pages reach together. Only the servers know the order of `_id`s: what both pages have tells, and where they
 * have nothing in common a side is asked what it has behind the other's page. Null: too much has changed since they were
 * read, read them again.
 */
export function* sharedRange(
  { collection }: Pick<StateScan, 'collection'>,
  { local, atlas, shared }: PagePair,
): Step<SharedRange | null> {
  const whole: SharedRange = { local: local.states, atlas: atlas.states, next: null };
  if (local.isEnd && atlas.isEnd) return whole;
  const common = lastCommon(local.states, atlas.states);
  if (common) return { local: upTo(local.states, common), atlas: upTo(atlas.states, common), next: common };
  if (shared !== null) return { local: [], atlas: [], next: shared };
  const [lastLocal, lastAtlas] = [local.states.at(-1)?.key, atlas.states.at(-1)?.key];
  if (lastLocal === undefined || lastAtlas === undefined)
    return { ...whole, next: lastLocal ?? lastAtlas ?? null };
  const here = yield* partUpTo(lastAtlas, { side: 'local', collection, page: local });
  if (here) return { local: here, atlas: atlas.states, next: lastAtlas };
  const there = yield* partUpTo(lastLocal, { side: 'atlas', collection, page: atlas });
  return there && { local: local.states, atlas: there, next: lastLocal };
}

function lastCommon(local: readonly ScannedState[], atlas: readonly ScannedState[]): DocumentKey | undefined {
  if (local.length === 0) return undefined;
  const onLocal = new Set(local.map(({ key }) => key));
  return atlas.findLast(({ key }) => onLocal.has(key))?.key;
}

function upTo(states: readonly ScannedState[], last: DocumentKey): readonly ScannedState[] {
  return states.slice(0, states.findIndex(({ key }) => key === last) + 1);
}

interface SidePage {
  readonly side: 'local' | 'atlas';
  readonly collection: string;
  readonly page: StatePage;
}

/** The states of a page up to a key of the other side; null where the page may end before it. */
function* partUpTo(
  last: DocumentKey,
  { side, collection, page: { states, isEnd } }: SidePage,
): Step<readonly ScannedState[] | null> {
  const limit = states.length;
  const behind = new Set(yield* ask({ side, op: 'scanKeys', collection, after: last, limit }));
  const part = states.filter(({ key }) => !behind.has(key));
  return isEnd || part.length < states.length ? part : null;
}
