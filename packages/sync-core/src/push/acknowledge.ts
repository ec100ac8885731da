import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { stampTimeMs } from '../protocol/stamp.js';
import { acknowledgement, isSettled, type ReadyDocument } from './ready-document.js';

/** Acknowledges what won; a document that was written since without a base is for a look. */
export function* acknowledge(
  context: EngineContext,
  won: readonly ReadyDocument[],
): Step<ReadonlySet<ReadyDocument>> {
  const settled = new Set<ReadyDocument>();
  if (won.length === 0) return settled;
  const entries = won.map(acknowledgement);
  const answers = yield* ask({ side: 'local', op: 'acknowledge', entries });
  won.forEach((document, i) => {
    if (!isSettled(answers[i])) return;
    settled.add(document);
    context.observer.applied('local-to-atlas', document.key, stampTimeMs(document.dirty));
  });
  return settled;
}
