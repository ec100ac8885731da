import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type ScannedState, type StatePage, type StateScan } from '../operations/scanned-state.js';
import { areNone, type Deletions, noDeletions, readDeletions } from './deletions.js';
import { comparePair, isAboveDeletions, isSameState } from './same-state.js';
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
  const { paired, range, isLocalRead } = yield* readRange(context, page);
  const joined = joinRange(context, range);
  const [same, unsure] = [
    [...paired.same, ...joined.same],
    [...paired.unsure, ...joined.unsure],
  ];
  const known = yield* deletionsOf([...same, ...unsure], page.deletions);
  const [equal, deleted] = split(same, (state) => areNone(known) || isAlive(state, known));
  const [shown, removed] = split(unsure, ({ key }) => !known.local.has(key) && !known.atlas.has(key));
  const rest = [...deleted, ...removed].map(({ key }) => key);
  return { equalCount: equal.length, shown, rest, next: range.next, isLocalRead };
}

/** States of keys that plainly hold the same, but for deletions, and all other keys. */
interface Compared {
  readonly same: readonly ScannedState[];
  readonly unsure: readonly ShownKey[];
}

/** What both pages have in common from their beginning on, and how far they reach together behind that. */
interface ReadRange {
  readonly paired: Compared;
  readonly range: SharedRange;
  readonly isLocalRead: boolean;
}

const NO_MORE: StatePage = { states: [], isEnd: true };

function* readRange(
  context: EngineContext,
  { collection, after, limit, isLocalRead = false }: PageToJoin,
): Step<ReadRange> {
  const scan = { op: 'scanStates', collection, after, limit, maxBytes: BATCH_BYTES } as const;
  for (;;) {
    const atlas = yield* ask({ side: 'atlas', ...scan });
    const local = isLocalRead ? NO_MORE : yield* ask({ side: 'local', ...scan });
    const { count, ...paired } = pairUp(context, local, atlas);
    const shared = local.states[count - 1]?.key ?? null;
    const range = yield* sharedRange(scan, {
      local: behind(local, count),
      atlas: behind(atlas, count),
      shared,
    });
    if (!range) continue;
    const isWhole = local.states.length === count + range.local.length;
    return { paired, range, isLocalRead: local.isEnd && isWhole };
  }
}

/** Both pages begin behind the same key: as far as their keys are the same one by one, neither side has others. */
function pairUp(
  context: EngineContext,
  local: StatePage,
  atlas: StatePage,
): Compared & { readonly count: number } {
  const [same, unsure]: [ScannedState[], ShownKey[]] = [[], []];
  for (const [count, here] of local.states.entries()) {
    const there = atlas.states[count];
    const how = there ? comparePair(context, here, there) : 'apart';
    if (!there || how === 'apart') return { same, unsure, count };
    if (how === 'same') same.push(here);
    else unsure.push({ key: here.key, local: here, atlas: there });
  }
  return { same, unsure, count: local.states.length };
}

function behind({ states, isEnd }: StatePage, count: number): StatePage {
  return { states: states.slice(count), isEnd };
}

function joinRange(context: EngineContext, { local, atlas }: SharedRange): Compared {
  const onLocal = new Map(local.map((state) => [state.key, state]));
  const [same, unsure]: [ScannedState[], ShownKey[]] = [[], []];
  for (const there of atlas) {
    const { key } = there;
    const here = onLocal.get(key) ?? null;
    onLocal.delete(key);
    if (here && isSameState(context, here, there)) same.push(here);
    else unsure.push({ key, local: here, atlas: there });
  }
  for (const [key, here] of onLocal) unsure.push({ key, local: here, atlas: null });
  return { same, unsure };
}

/** What is known of the deletion of these, or of more. */
function* deletionsOf(states: readonly Pick<ScannedState, 'key'>[], all: Deletions | null): Step<Deletions> {
  if (all) return all;
  return states.length === 0 ? noDeletions : yield* readDeletions(states.map(({ key }) => key));
}

/** Whether no deletion that is known speaks against it. */
function isAlive({ key, stamp }: ScannedState, known: Deletions): boolean {
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
