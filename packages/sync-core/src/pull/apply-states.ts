import { type DocumentKey } from '../document-key/document-key.js';
import { type Arrival } from '../apply-logic/model-entry.js';
import { passModels } from '../apply-logic/pass-models.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type StoredState } from '../operations/local-operation.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { isLater, stampTimeMs } from '../protocol/stamp.js';
import { type AtlasDocument, type LocalDocument, type LocalTombstone } from '../protocol/state.js';
import { expectedAfter, expectedOf } from '../reconcile/expected.js';
import { storedState } from '../reconcile/take-atlas.js';
import { awaitPushes } from './await-pushes.js';

interface Incoming {
  readonly key: DocumentKey;
  readonly state: StoredState;
}

interface Replacement extends Incoming {
  readonly document: LocalDocument;
}

type Verdict = 'store' | 'known' | 'look' | 'dirty';

/** The keys that were not settled by the fast lane. */
export interface LeftOver {
  /** For a look: absent, with a deletion, edited by a foreign hand, refused or missed. */
  readonly looks: readonly DocumentKey[];
  /** Dirty, and a push or a turn of them is under way: for a look once that has ended. */
  readonly underWay: readonly DocumentKey[];
}

/**
 * The fast lane of pull: clean documents with an older version take the state, in one conditional bulk; dirty ones are
 * left to push, which meets it.
 */
export function* applyStates(
  context: EngineContext,
  states: ReadonlyMap<DocumentKey, AtlasDocument>,
): Step<LeftOver> {
  const keys = [...states.keys()];
  if (keys.length === 0) return { looks: [], underWay: [] };
  // Documents before tombstones: a deletion that starts in between marks its document, and the write misses.
  const documents = yield* ask({ side: 'local', op: 'readWithin', entries: keys, maxBytes: BATCH_BYTES });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  const looks: DocumentKey[] = [];
  const dirty: DocumentKey[] = [];
  const arrivals: Arrival[] = [];
  for (const [i, [key, atlas]] of [...states].entries()) {
    const local = documents[i] ?? null;
    const isPlain = atlas.stamp !== null && atlas.edited === 'no' && local !== 'later';
    const verdict = isPlain ? judge(local, tombstones[i] ?? null, atlas) : 'look';
    if (isPlain && verdict === 'store') arrivals.push({ key, atlas, local });
    else if (verdict === 'look') looks.push(key);
    else if (verdict === 'dirty') dirty.push(key);
  }
  const { replacements, insertions, refused } = yield* throughModels(context, arrivals);
  const missed = yield* replaceAll(context, replacements);
  const notInserted = yield* insertAll(context, insertions);
  const { cleaned, underWay } = yield* awaitPushes(context, dirty);
  return { looks: [...looks, ...refused, ...missed, ...notInserted, ...cleaned], underWay };
}

/**
 * As {@link applyStates}, of states that a moment ago Local had no document of, and knew of no deletion: the insertion itself
 * tells whether that is so. Returns the keys that are left to a look.
 */
export function* applyToAbsent(
  context: EngineContext,
  states: ReadonlyMap<DocumentKey, AtlasDocument>,
): Step<readonly DocumentKey[]> {
  const arrivals = [...states].map(([key, atlas]): Arrival => ({ key, atlas, local: null }));
  const { insertions, refused } = yield* throughModels(context, arrivals);
  return [...refused, ...(yield* insertAll(context, insertions))];
}

interface ToStore {
  readonly replacements: readonly Replacement[];
  readonly insertions: readonly Incoming[];
  /** Keys whose state its model refuses: the look that follows sees to it. */
  readonly refused: readonly DocumentKey[];
}

function* throughModels(context: EngineContext, arrivals: readonly Arrival[]): Step<ToStore> {
  const passed = yield* passModels(context, arrivals);
  const replacements: Replacement[] = [];
  const insertions: Incoming[] = [];
  const refused: DocumentKey[] = [];
  for (const { key, atlas, local } of arrivals) {
    const output = passed.get(key) ?? atlas.body;
    if (isRefusal(output)) {
      refused.push(key);
      continue;
    }
    const incoming = { key, state: storedState(context, { key }, { atlas, output }) };
    if (local) replacements.push({ ...incoming, document: local });
    else insertions.push(incoming);
  }
  return { replacements, insertions, refused };
}

function judge(
  document: LocalDocument | null,
  tombstone: LocalTombstone | null,
  atlas: AtlasDocument,
): Verdict {
  if (document === null) return tombstone === null ? 'store' : 'look';
  if (tombstone?.pending || document.deleting || document.held) return 'look';
  if (document.dirty !== null) return atlas.stamp === document.stamp ? 'known' : 'dirty';
  if (document.stamp === null || document.edited) return 'look';
  if (atlas.stamp === document.stamp) return 'known';
  return isLater(atlas.stamp, document.stamp) ? 'store' : 'look'; // older: replayed, or put back by a foreign hand
}

function* replaceAll(
  context: EngineContext,
  replacements: readonly Replacement[],
): Step<readonly DocumentKey[]> {
  if (replacements.length === 0) return [];
  const entries = replacements.map(({ key, document, state }) => ({
    key,
    expected: expectedOf(document),
    state,
  }));
  const results = yield* ask({ side: 'local', op: 'store', entries });
  return report(context, replacements, results);
}

/**
 * Inserts, and looks at the tombstones once more: what was deleted in between is undone. A state that was below an
 * unseen tombstone is dead; the look that follows finishes its deletion.
 */
function* insertAll(context: EngineContext, insertions: readonly Incoming[]): Step<readonly DocumentKey[]> {
  if (insertions.length === 0) return [];
  const results = yield* ask({ side: 'local', op: 'insert', entries: insertions });
  const inserted = insertions.filter((_, i) => results[i] === true);
  const tombstones =
    inserted.length === 0
      ? []
      : yield* ask({
          side: 'local',
          op: 'readTombstones',
          entries: inserted.map(({ key }) => key),
        });
  const forbidden = inserted.filter((_, i) => tombstones[i] != null);
  if (forbidden.length > 0) {
    const entries = forbidden.map(({ key, state }) => ({ key, expected: expectedAfter(state) }));
    yield* ask({ side: 'local', op: 'remove', entries });
  }
  const undone = new Set(forbidden.map(({ key }) => key));
  const kept = insertions.map(({ key }, i) => (undone.has(key) ? false : (results[i] ?? false)));
  return report(context, insertions, kept);
}

/** Tells the observer what was applied, and returns the keys of the rest. */
function report(
  context: EngineContext,
  incoming: readonly Incoming[],
  results: readonly unknown[],
): readonly DocumentKey[] {
  return incoming
    .filter(({ key, state }, i) => {
      if (results[i] !== true) return true;
      context.observer.applied('atlas-to-local', key, stampTimeMs(state.stamp));
      return false;
    })
    .map(({ key }) => key);
}
