import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type StoredState } from '../operations/local-operation.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { isLater, stampTimeMs } from '../protocol/stamp.js';
import { type AtlasDocument, type LocalDocument, type LocalTombstone } from '../protocol/state.js';
import { expectedOf } from '../reconcile/expected.js';
import { storedState } from '../reconcile/take-atlas.js';

interface Incoming {
  readonly key: DocumentKey;
  readonly state: StoredState;
}

type Verdict = 'replace' | 'known' | 'look';

/**
 * The fast lane of pull: clean documents with an older version take the state, in one conditional bulk. Returns the
 * keys that need a look: dirty, absent, with a deletion, edited by a foreign hand, or missed.
 */
export function* applyStates(
  context: EngineContext,
  states: ReadonlyMap<DocumentKey, AtlasDocument>,
): Step<readonly DocumentKey[]> {
  const keys = [...states.keys()];
  if (keys.length === 0) return [];
  // Documents before tombstones: a deletion that starts in between marks its document, and the write misses.
  const documents = yield* ask({ side: 'local', op: 'readWithin', entries: keys, maxBytes: BATCH_BYTES });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  const looks: DocumentKey[] = [];
  const replacements: (Incoming & { readonly document: LocalDocument })[] = [];
  const insertions: Incoming[] = [];
  keys.forEach((key, i) => {
    const atlas = states.get(key);
    const document = documents[i] ?? null;
    const tombstone = tombstones[i] ?? null;
    if (!atlas?.stamp || atlas.edited !== 'no' || document === 'later') looks.push(key);
    else if (document === null && tombstone === null)
      insertions.push({ key, state: storedState(context, { key }, atlas) });
    else if (document === null) looks.push(key);
    else {
      const verdict = judge(document, tombstone, atlas);
      if (verdict === 'replace')
        replacements.push({ key, document, state: storedState(context, { key }, atlas) });
      else if (verdict === 'look') looks.push(key);
    }
  });
  const missed = yield* replaceAll(context, replacements);
  const notInserted = yield* insertAll(context, insertions);
  return [...looks, ...missed, ...notInserted];
}

function judge(document: LocalDocument, tombstone: LocalTombstone | null, atlas: AtlasDocument): Verdict {
  if (tombstone?.pending || document.deleting || document.held) return 'look';
  if (document.dirty !== null) return 'known'; // left to push, which meets this version
  if (document.stamp === null || document.edited) return 'look';
  if (atlas.stamp === document.stamp) return 'known';
  return isLater(atlas.stamp, document.stamp) ? 'replace' : 'look'; // older: replayed, or put back by a foreign hand
}

function* replaceAll(
  context: EngineContext,
  replacements: readonly (Incoming & { readonly document: LocalDocument })[],
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
    const entries = forbidden.map(({ key, state }) => ({ key, expected: cleanAt(state) }));
    yield* ask({ side: 'local', op: 'remove', entries });
  }
  const undone = new Set(forbidden.map(({ key }) => key));
  const kept = insertions.map(({ key }, i) => (undone.has(key) ? false : (results[i] ?? false)));
  return report(context, insertions, kept);
}

function cleanAt({ stamp }: StoredState): {
  readonly stamp: StoredState['stamp'];
  readonly dirty: null;
  readonly held: false;
} {
  return { stamp, dirty: null, held: false };
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
