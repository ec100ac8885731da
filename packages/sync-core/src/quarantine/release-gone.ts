import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { lookAt } from '../reconcile/look.js';
import { type Body } from '../protocol/body.js';
import { lowestStamp } from '../protocol/stamp.js';
import { type QuarantineEntry, type QuarantineMark, refusedPullId } from './quarantine-record.js';

/**
 * Takes versions of Atlas out of quarantine that are gone from there without a deletion that anybody recorded: Local never
 * had them, so nothing else tells. `absent`: keys of which a look has found nothing on either side. Where that is because
 * nothing can be found by such a key, its document is told of instead.
 */
export function* releaseGone(context: EngineContext, absent: readonly DocumentKey[]): Step<void> {
  if (absent.length === 0) return;
  const entries = absent.map(refusedPullId);
  const found = yield* ask({ side: 'local', op: 'findQuarantined', entries });
  const marks: QuarantineMark[] = [];
  for (const [i, key] of absent.entries()) {
    const [mark, body] = [found[i] ?? null, context.unfindable?.(key) ?? null];
    if (body && !mark) yield* tellUnfindable(context, key, body);
    else if (mark && !body) marks.push(mark);
  }
  if (marks.length === 0) return;
  // What is put into quarantine after that is of another version, and so it stays.
  const views = yield* lookAt(
    context,
    marks.map(({ key }) => key),
  );
  const gone = marks.filter((_, i) => {
    const view = views[i] ?? null;
    return view !== null && view !== 'later' && !view.local && !view.atlas;
  });
  if (gone.length > 0) yield* ask({ side: 'local', op: 'release', entries: gone });
}

/** A document that is somewhere, and that nothing can be done about. It is told once. */
function* tellUnfindable(context: EngineContext, key: DocumentKey, body: Body): Step<void> {
  const entry: QuarantineEntry = {
    key,
    direction: 'atlas-to-local',
    stamp: lowestStamp(context.random.bytes(16)),
    refusal: {
      refused: true,
      code: 'SYNC_WRITE_NOT_EXACT',
      reason: 'Its _id is a value that no query can name: the document stays where it is.',
    },
    body,
    waits: 'in-place',
  };
  yield* ask({ side: 'local', op: 'quarantine', entry });
  context.observer.quarantined(entry);
}
