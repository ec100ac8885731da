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

type Verdict = 'replace' | 'known' | 'look' | 'dirty';

/** The keys that were not settled by the fast lane. */
export interface LeftOver {
  /** For a look: absent, with a deletion, edited by a foreign hand, or missed. */
  readonly looks: readonly DocumentKey[];
  /** Of these a push is under way: for a look once that has ended. */
  readonly beingPushed: readonly DocumentKey[];
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
  if (keys.length === 0) return { looks: [], beingPushed: [] };
  // Documents before tombstones: a deletion that starts in between marks its document, and the write misses.
  const documents = yield* ask({ side: 'local', op: 'readWithin', entries: keys, maxBytes: BATCH_BYTES });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  const looks: DocumentKey[] = [];
  const dirty: DocumentKey[] = [];
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
      else if (verdict === 'dirty') dirty.push(key);
    }
  });
  const missed = yield* replaceAll(context, replacements);
  const notInserted = yield* insertAll(context, insertions);
  const { cleaned, beingPushed } = yield* awaitPushes(dirty);
  return { looks: [...looks, ...missed, ...notInserted, ...cleaned], beingPushed };
}

/**
 * A push that is not acknowledged yet may have been stored below the state that has come: the document would be clean
 * at that older version once it is, and nothing would tell of this one again. What is sent is noted before it leaves
 * and until it is acknowledged; read before the marks, the notes miss no such push.
 */
function* awaitPushes(keys: readonly DocumentKey[]): Step<{
  readonly cleaned: readonly DocumentKey[];
  readonly beingPushed: readonly DocumentKey[];
}> {
  if (keys.length === 0) return { cleaned: [], beingPushed: [] };
  const sent = yield* ask({ side: 'local', op: 'readSent', entries: keys });
  const marks = yield* ask({ side: 'local', op: 'readMarks', entries: keys });
  const isDirty = (i: number): boolean => marks[i]?.dirty != null;
  return {
    cleaned: keys.filter((_, i) => !isDirty(i)),
    beingPushed: keys.filter((_, i) => isDirty(i) && (sent[i]?.size ?? 0) > 0),
  };
}

function judge(document: LocalDocument, tombstone: LocalTombstone | null, atlas: AtlasDocument): Verdict {
  if (tombstone?.pending || document.deleting || document.held) return 'look';
  if (document.dirty !== null) return atlas.stamp === document.stamp ? 'known' : 'dirty';
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
