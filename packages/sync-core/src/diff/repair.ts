import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { type FoundKey } from '../reconcile/look-at-some.js';
import { reconcile } from '../reconcile/reconcile.js';

/** Settles what differs, by the same rules as live changes. Returns what is not settled yet. */
export function* repair(context: EngineContext, found: readonly FoundKey[]): Step<readonly DocumentKey[]> {
  if (found.length === 0) return [];
  const { waiting, unsettled } = yield* reconcile(context, [], { seen: found });
  return [...waiting, ...unsettled];
}

/** The same keys, to be looked at again: what was found about them is not so any more. */
export function unseen(found: readonly FoundKey[]): readonly FoundKey[] {
  return found.map(({ key }) => ({ key, view: null }));
}
