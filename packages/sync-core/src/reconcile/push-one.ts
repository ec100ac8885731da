import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { send } from '../push/send.js';
import { settleRefused } from '../push/settle-refused.js';
import { noteSent } from './note-sent.js';
import { asReady, type ToPush } from './push-together.js';
import { type ActResult } from './turn.js';

/** Pushes one document that was looked at; what it was sent as is known until it is settled. */
export function* pushOne(context: EngineContext, one: ToPush): Step<ActResult> {
  const ready = [asReady(context, one)];
  one.turn.notes.push(yield* noteSent(context, ready));
  const { refused, left } = yield* send(context, ready);
  const more = refused.length > 0 ? yield* settleRefused(context, refused) : [];
  one.turn.also.push(...more);
  return left.length + more.length > 0 ? 'missed' : 'done';
}
