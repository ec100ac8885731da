import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type ScannedState, type StatePage, type StateScan } from '../operations/scanned-state.js';
import { type Side } from '../protocol/side.js';
import { areNone, type Deletions, noDeletions, readDeletions } from './deletions.js';
import { comparePair, isAboveDeletions, isSameState } from './same-state.js';
import { type SharedRange, sharedRange } from './shared-range.js';

/** Which page of a collection to compare. */
export interface PageToJoin extends Omit<StateScan, 'maxBytes'> {
  /** All deletions that either side knew of before the first page was read; null: they are asked for with each page. */
  readonly deletions: Deletions | null;
  /** The sides that have shown all they had: they are not asked what is behind `after`. Default: none has. */
  readonly ended?: readonly Side[];
}

/** A range of keys, as both sides have shown it. */
export interface JoinedPage {
  /** How many keys plainly hold the same on both sides. */
  readonly equalCount: number;
  /** What Atlas had and Local had not, where no deletion is known of the key. */
  readonly missing: readonly ScannedState[];
  /** All others: nothing is known of them but that they have to be looked at. */
  readonly rest: readonly DocumentKey[];
  /** The last key of the range; null: there is nothing behind it. */
  readonly next: DocumentKey | null;
  /** The sides that had nothing behind it. */
  readonly ended: readonly Side[];
}

/**
 * Reads both sides in `_id` order, and tells the keys that plainly hold the same, and those that only Atlas has, from those
 * that are to be looked at. What changes after it was read is dirty, or comes by the stream.
 */
export function* joinPage(context: EngineContext, page: PageToJoin): Step<JoinedPage> {
  const { paired, range, ended } = yield* readRange(context, page);
  const joined = joinRange(context, range);
  const same = [...paired.same, ...joined.same];
  const known = yield* deletionsOf([...same, ...joined.missing], page.deletions);
  const [equal, deleted] = split(same, (state) => areNone(known) || isAlive(state, known));
  const [missing, removed] = split(
    joined.missing,
    ({ key }) => !known.local.has(key) && !known.atlas.has(key),
  );
  const rest = [...paired.unsure, ...joined.unsure, ...deleted, ...removed].map(({ key }) => key);
  return { equalCount: equal.length, missing, rest, next: range.next, ended };
}

/** States of keys that plainly hold the same, but for deletions, and one state of each other key. */
interface Compared {
  readonly same: readonly ScannedState[];
  readonly unsure: readonly ScannedState[];
}

/** What both pages have in common from their beginning on, and how far they reach together behind that. */
interface ReadRange {
  readonly paired: Compared;
  readonly range: SharedRange;
  readonly ended: readonly Side[];
}

const NO_MORE: StatePage = { states: [], isEnd: true };

function* readRange(
  context: EngineContext,
  { collection, after, limit, ended = [] }: PageToJoin,
): Step<ReadRange> {
  const scan = { op: 'scanStates', collection, after, limit, maxBytes: BATCH_BYTES } as const;
  for (;;) {
    const atlas = ended.includes('atlas') ? NO_MORE : yield* ask({ side: 'atlas', ...scan });
    const local = ended.includes('local') ? NO_MORE : yield* ask({ side: 'local', ...scan });
    const { count, ...paired } = pairUp(context, local, atlas);
    const shared = local.states[count - 1]?.key ?? null;
    const range = yield* sharedRange(scan, {
      local: behind(local, count),
      atlas: behind(atlas, count),
      shared,
    });
    if (range) return { paired, range, ended: endedBehind({ local, atlas }, range, count) };
  }
}

/** The sides whose page was the last one, and is within the range with its last state. */
function endedBehind(
  pages: Readonly<Record<Side, StatePage>>,
  range: SharedRange,
  pairedCount: number,
): readonly Side[] {
  const isWithin = (side: Side): boolean => pages[side].states.length === pairedCount + range[side].length;
  return (['local', 'atlas'] as const).filter((side) => pages[side].isEnd && isWithin(side));
}

/** Both pages begin behind the same key: as far as their keys are the same one by one, neither side has others. */
function pairUp(
  context: EngineContext,
  local: StatePage,
  atlas: StatePage,
): Compared & { readonly count: number } {
  const [same, unsure]: [ScannedState[], ScannedState[]] = [[], []];
  for (const [count, here] of local.states.entries()) {
    const there = atlas.states[count];
    const how = there ? comparePair(context, here, there) : 'apart';
    if (how === 'apart') return { same, unsure, count };
    (how === 'same' ? same : unsure).push(here);
  }
  return { same, unsure, count: local.states.length };
}

function behind({ states, isEnd }: StatePage, count: number): StatePage {
  return { states: states.slice(count), isEnd };
}

function joinRange(
  context: EngineContext,
  { local, atlas }: SharedRange,
): Compared & Pick<JoinedPage, 'missing'> {
  const here = new Map(local.map((state) => [state.key, state]));
  const [same, unsure, missing]: [ScannedState[], ScannedState[], ScannedState[]] = [[], [], []];
  for (const there of atlas) {
    const onLocal = here.get(there.key);
    here.delete(there.key);
    if (!onLocal) missing.push(there);
    else (isSameState(context, onLocal, there) ? same : unsure).push(there);
  }
  return { same, missing, unsure: [...unsure, ...here.values()] };
}

/** What is known of the deletion of these, or of more. */
function* deletionsOf(states: readonly ScannedState[], all: Deletions | null): Step<Deletions> {
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
