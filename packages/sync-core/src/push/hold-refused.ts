import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type Refusal } from '../operations/refusal.js';
import { expectedOf } from '../reconcile/expected.js';
import { type ReadyDocument } from './ready-document.js';

/**
 * Atlas does not store this state: it goes to quarantine with the reason, and out of the dirty index, so that a
 * backlog of refusals costs nothing. The reason is durable before the document is held.
 */
export function* holdRefused(
  context: EngineContext,
  { key, document, dirty }: ReadyDocument,
  refusal: Refusal,
): Step<void> {
  const entry = {
    key,
    direction: 'local-to-atlas',
    stamp: dirty,
    refusal,
    body: document.body,
    waits: 'in-place',
  } as const;
  yield* ask({ side: 'local', op: 'quarantine', entry });
  yield* ask({
    side: 'local',
    op: 'amend',
    entries: [{ key, expected: expectedOf(document), set: { held: true } }],
  });
  context.observer.quarantined(entry);
}
