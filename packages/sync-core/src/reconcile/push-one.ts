import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type Step } from '../operations/operation.js';
import { readyDocument } from '../push/ready-document.js';
import { send } from '../push/send.js';
import { settleRefused } from '../push/settle-refused.js';
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
  const { refused, left } = yield* send(context, [ready]);
  const more = refused.length > 0 ? yield* settleRefused(context, refused) : [];
  turn.also.push(...more);
  return left.length + more.length > 0 ? 'missed' : 'done';
}
