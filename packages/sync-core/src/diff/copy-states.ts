import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { type ScannedState } from '../operations/scanned-state.js';
import { decide } from '../protocol/decide.js';
import { type AtlasDocument } from '../protocol/state.js';
import { applyToAbsent } from '../pull/apply-states.js';
import { plainState } from '../reconcile/take-together.js';

/**
 * Stores states of Atlas on Local as a page has shown them, where Local had none, no deletion is known and `decide` would have
 * them taken. Whoever wrote or deleted the key on Local since is not overwritten; what has become of it on Atlas since is for
 * the stream to tell. Returns the keys that are left to a look.
 */
export function* copyStates(
  context: EngineContext,
  missing: readonly ScannedState[],
): Step<readonly DocumentKey[]> {
  const states = new Map<DocumentKey, AtlasDocument>();
  const left: DocumentKey[] = [];
  for (const { key, onAtlas } of missing) {
    if (isPlain(context, key, onAtlas)) states.set(key, onAtlas);
    else left.push(key);
  }
  return [...left, ...(yield* applyToAbsent(context, states))];
}

/** Whether that is all there is to it: a version, the bytes that were stored under it, and nothing of ours on its way. */
function isPlain(context: EngineContext, key: DocumentKey, atlas: AtlasDocument): boolean {
  if (atlas.edited !== 'no' || context.pushes.has(key)) return false;
  const view = { local: null, localTombstone: null, atlas, atlasTombstone: null, sent: NOTHING_SENT };
  return plainState(view, decide(view, context.rulesFor(key))) !== null;
}

const NOTHING_SENT: ReadonlySet<never> = new Set();
