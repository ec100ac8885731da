import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { SCAN_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import {
  type PairedPages,
  type ScannedState,
  type StatePage,
  type StateScan,
} from '../operations/scanned-state.js';
import { type Deletions, noDeletions, readDeletions } from './deletions.js';
import { pairPages } from './pair-pages.js';
import { isAboveDeletions, isSameState } from './same-state.js';
import { type SharedRange, sharedRange } from './shared-range.js';

/** Which page of a collection to compare. */
export interface PageToJoin extends Omit<StateScan, 'maxBytes'> {
  /** All deletions that either side knew of before the first page was read; null: they are asked for with each page. */
  readonly deletions: Deletions | null;
  /** Local has shown all it had: it is not asked what is behind `after`. Default false. */
  readonly isLocalRead?: boolean;
}

/** What the pages of both sides have shown of one key. */
export interface ShownKey {
  readonly key: DocumentKey;
  readonly local: ScannedState | null;
  readonly atlas: ScannedState | null;
}

/** A range of keys, as both sides have shown it. */
export interface JoinedPage {
  /** How many keys plainly hold the same on both sides. */
  readonly equalCount: number;
  /** What does not plainly hold the same, where no deletion is known of the key. */
  readonly shown: readonly ShownKey[];
  /** Keys of which a deletion is known: they have to be looked at. */
  readonly rest: readonly DocumentKey[];
  /** The last key of the range; null: there is nothing behind it. */
  readonly next: DocumentKey | null;
  /** Local had nothing behind it. */
  readonly isLocalRead: boolean;
}

/**
 * Reads both sides in `_id` order, and tells the keys that plainly hold the same from those that are to be looked at. What
 * changes after it was read is dirty, or comes by the stream.
 */
export function* joinPage(context: EngineContext, page: PageToJoin): Step<JoinedPage> {
  const { known, paired, range, isLocalRead } = yield* readRange(context, page);
  const [same, unsure]: [ScannedState[], ShownKey[]] = [[], []];
  for (const one of shownKeys(paired, range)) {
    const { local, atlas } = one;
    if (local && atlas && isSameState(context, local, atlas)) same.push(local);
    else unsure.push(one);
  }
  const [equal, deleted] = split(same, (state) => isAlive(state, known));
  const [shown, removed] = split(unsure, ({ key }) => !known.local.has(key) && !known.atlas.has(key));
  const rest = [...deleted, ...removed].map(({ key }) => key);
  return { equalCount: paired.sameCount + equal.length, shown, rest, next: range.next, isLocalRead };
}

/** What both pages have in common from their beginning on, and how far they reach together behind that. */
interface ReadRange {
  /** What is known of deletions of these keys, or of more. */
  readonly known: Deletions;
  readonly paired: PairedPages;
  readonly range: SharedRange;
  readonly isLocalRead: boolean;
}

const NO_MORE: StatePage = { states: [], isEnd: true };

function* readRange(
  context: EngineContext,
  { collection, after, limit, deletions, isLocalRead = false }: PageToJoin,
): Step<ReadRange> {
  const scan = { op: 'scanStates', collection, after, limit, maxBytes: SCAN_BYTES } as const;
  for (;;) {
    const atlas = yield* ask({ side: 'atlas', ...scan });
    const local = isLocalRead ? NO_MORE : yield* ask({ side: 'local', ...scan });
    const known = deletions ?? (yield* deletionsIn(local, atlas));
    const paired = pairPages(context, known, { local, atlas });
    const range = yield* sharedRange(scan, { local: paired.local, atlas: paired.atlas, shared: paired.last });
    if (!range) continue;
    const isWhole = range.local.length === paired.local.states.length;
    return { known, paired, range, isLocalRead: local.isEnd && isWhole };
  }
}

/** Each key of which the bytes of both pages do not tell that it plainly holds the same, once. */
export function shownKeys(
  { unsure }: Pick<PairedPages, 'unsure'>,
  behind: Pick<SharedRange, 'local' | 'atlas'>,
): readonly ShownKey[] {
  const paired = unsure.map(({ local, atlas }) => ({ key: local.key, local, atlas }));
  return [...paired, ...inOrder(behind)];
}

function inOrder({ local, atlas }: Pick<SharedRange, 'local' | 'atlas'>): readonly ShownKey[] {
  const onLocal = new Map(local.map((state) => [state.key, state]));
  const shown: ShownKey[] = atlas.map((there) => {
    const { key } = there;
    const here = onLocal.get(key) ?? null;
    onLocal.delete(key);
    return { key, local: here, atlas: there };
  });
  for (const [key, here] of onLocal) shown.push({ key, local: here, atlas: null });
  return shown;
}

/** One page's keys at once, and then those of the other that it has not. */
function* deletionsIn(local: StatePage, atlas: StatePage): Step<Deletions> {
  const here = keysOf(local);
  const known = yield* deletionsOf(here);
  const others = yield* deletionsOf(keysOf(atlas).filter(absentIn(here)));
  return {
    local: new Map([...known.local, ...others.local]),
    atlas: new Map([...known.atlas, ...others.atlas]),
  };
}

function* deletionsOf(keys: readonly DocumentKey[]): Step<Deletions> {
  return keys.length === 0 ? noDeletions : yield* readDeletions(keys);
}

function keysOf({ states }: StatePage): readonly DocumentKey[] {
  return states.map(({ key }) => key);
}

function absentIn(keys: readonly DocumentKey[]): (key: DocumentKey) => boolean {
  const known = new Set(keys);
  return (key) => !known.has(key);
}

/** Whether no deletion that is known speaks against it. */
export function isAlive({ key, stamp }: ScannedState, known: Deletions): boolean {
  const [local, atlas] = [known.local.get(key) ?? null, known.atlas.get(key) ?? null];
  return isAboveDeletions(stamp, { local, atlas });
}

function split<Item>(
  items: readonly Item[],
  belongs: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  const [inside, outside]: [Item[], Item[]] = [[], []];
  for (const item of items) (belongs(item) ? inside : outside).push(item);
  return [inside, outside];
}
