import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type ScannedState, type StateScan } from '../operations/scanned-state.js';
import { isAboveDeletions, isSameState } from './same-state.js';
import { type SharedRange, sharedRange } from './shared-range.js';

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
export function* joinPage(context: EngineContext, page: Omit<StateScan, 'maxBytes'>): Step<JoinedPage> {
  const range = yield* readRange(page);
  const here = new Map(range.local.map((state) => [state.key, state]));
  const same = range.atlas.filter((state) => {
    const onLocal = here.get(state.key);
    return onLocal !== undefined && isSameState(context, onLocal, state);
  });
  const equal = yield* withoutDeleted(same);
  const keys = new Set([...range.atlas, ...range.local].map(({ key }) => key));
  for (const { key } of equal) keys.delete(key);
  return { equalCount: equal.length, rest: [...keys], next: range.next };
}

function* readRange(page: Omit<StateScan, 'maxBytes'>): Step<SharedRange> {
  const scan = { op: 'scanStates', ...page, maxBytes: BATCH_BYTES } as const;
  for (;;) {
    const atlas = yield* ask({ side: 'atlas', ...scan });
    const local = yield* ask({ side: 'local', ...scan });
    const range = yield* sharedRange(page, { local, atlas });
    if (range) return range;
  }
}

/** Without those of which a deletion is known that speaks against them. */
function* withoutDeleted(states: readonly ScannedState[]): Step<readonly ScannedState[]> {
  if (states.length === 0) return states;
  const entries = states.map(({ key }) => key);
  const atlas = yield* ask({ side: 'atlas', op: 'readTombstones', entries });
  const local = yield* ask({ side: 'local', op: 'readTombstones', entries });
  return states.filter(({ stamp }, i) =>
    isAboveDeletions(stamp, { local: local[i] ?? null, atlas: atlas[i] ?? null }),
  );
}
