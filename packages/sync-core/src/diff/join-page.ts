import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type ScannedState, type StatePage, type StateScan } from '../operations/scanned-state.js';
import { areNone, type Deletions, readDeletions } from './deletions.js';
import { comparePair, isAboveDeletions, isSameState } from './same-state.js';
import { type SharedRange, sharedRange } from './shared-range.js';

/** Which page of a collection to compare. */
export interface PageToJoin extends Omit<StateScan, 'maxBytes'> {
  /** All deletions that either side knew of before the first page was read; null: they are asked for with each page. */
  readonly deletions: Deletions | null;
}

/** A range of keys, as both sides have shown it. */
export interface JoinedPage {
  /** How many keys plainly hold the same on both sides. */
  readonly equalCount: number;
  /** All others: nothing is known of them but that they have to be looked at. */
  readonly rest: readonly DocumentKey[];
  /** The last key of the range; null: there is nothing behind it. */
  readonly next: DocumentKey | null;
}

/**
 * Reads both sides in `_id` order, and tells the keys that plainly hold the same from those that are to be looked at.
 * What changes after it was read is dirty, or comes by the stream.
 */
export function* joinPage(context: EngineContext, { deletions, ...page }: PageToJoin): Step<JoinedPage> {
  const { paired, range } = yield* readRange(context, page);
  const joined = joinRange(context, range);
  const same = [...paired.same, ...joined.same];
  const deleted = yield* deletedAmong(same, deletions);
  const rest = [...paired.unsure, ...joined.unsure, ...deleted].map(({ key }) => key);
  return { equalCount: same.length - deleted.length, rest, next: range.next };
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
}

function* readRange(context: EngineContext, page: Omit<StateScan, 'maxBytes'>): Step<ReadRange> {
  const scan = { op: 'scanStates', ...page, maxBytes: BATCH_BYTES } as const;
  for (;;) {
    const atlas = yield* ask({ side: 'atlas', ...scan });
    const local = yield* ask({ side: 'local', ...scan });
    const { count, ...paired } = pairUp(context, local, atlas);
    const shared = local.states[count - 1]?.key ?? null;
    const range = yield* sharedRange(page, {
      local: behind(local, count),
      atlas: behind(atlas, count),
      shared,
    });
    if (range) return { paired, range };
  }
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

function joinRange(context: EngineContext, { local, atlas }: SharedRange): Compared {
  const here = new Map(local.map((state) => [state.key, state]));
  const [same, unsure]: [ScannedState[], ScannedState[]] = [[], []];
  for (const there of atlas) {
    const onLocal = here.get(there.key);
    here.delete(there.key);
    (onLocal && isSameState(context, onLocal, there) ? same : unsure).push(there);
  }
  return { same, unsure: [...unsure, ...here.values()] };
}

/** Those of which a deletion is known that speaks against them. */
function* deletedAmong(
  states: readonly ScannedState[],
  deletions: Deletions | null,
): Step<readonly ScannedState[]> {
  if (states.length === 0 || (deletions && areNone(deletions))) return [];
  const known = deletions ?? (yield* readDeletions(states.map(({ key }) => key)));
  return states.filter(
    ({ key, stamp }) =>
      !isAboveDeletions(stamp, { local: known.local.get(key) ?? null, atlas: known.atlas.get(key) ?? null }),
  );
}
