import { type EngineContext } from '../engine/engine-context.js';
import { decide } from '../protocol/decide.js';
import { type FoundKey } from '../reconcile/look-at-some.js';

/** Those about which the protocol would do something, and those of which that is not known. */
export function differing(
  context: Pick<EngineContext, 'rulesFor'>,
  found: readonly FoundKey[],
): readonly FoundKey[] {
  return found.filter(
    ({ key, view }) => view === null || decide(view, context.rulesFor(key)).do !== 'nothing',
  );
}
