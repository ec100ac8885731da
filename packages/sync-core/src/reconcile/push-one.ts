import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { acknowledgement, pushEntry, readyDocument } from '../push/ready-document.js';
import { holdRefused } from '../push/hold-refused.js';
import { stampTimeMs } from '../protocol/stamp.js';
import { noteSent } from './note-sent.js';
import { type ActResult, type AnswerOf, type Decision, type Turn } from './turn.js';

/** Pushes one document that was looked at, as the fast lane does many. */
export function* pushOne(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'push'>>,
): Step<ActResult> {
  const document = assertPresent(view.local, 'a local document to push');
  const dirty = assertPresent(document.dirty, 'a dirty id to push');
  // A creation names no base, whatever deletion the document builds on.
  const { stamp, create } = answer;
  const ready = readyDocument(context, { key: turn.key, document, dirty, stamp, create });
  yield* noteSent(context, turn, answer.stamp);
  const { storedCount, refused } = yield* ask({
    side: 'atlas',
    op: 'push',
    entries: [pushEntry(ready)],
  });
  const [first] = refused;
  if (first) {
    yield* holdRefused(context, ready, first.refusal);
    return 'done';
  }
  if (storedCount === 1) {
    const [result] = yield* ask({
      side: 'local',
      op: 'acknowledge',
      entries: [acknowledgement(ready)],
    });
    if (result !== 'missed') context.observer.applied('local-to-atlas', turn.key, stampTimeMs(dirty));
  }
  return 'done';
}
