import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { type ReadyDocument, readyDocument } from '../push/ready-document.js';
import { send } from '../push/send.js';
import { settleRefused } from '../push/settle-refused.js';
import { noteSent } from './note-sent.js';
import { type ActResult, type AnswerOf, type Decided } from './turn.js';

/** A key whose document is to be pushed as it was looked at. */
export type ToPush = Decided<AnswerOf<'push'>>;

/** Pushes documents that were looked at in one round trip, as the fast lane does; of the first turn is what stood in the way. */
export function* pushTogether(
  context: EngineContext,
  decided: readonly ToPush[],
): Step<readonly ActResult[]> {
  for (const { turn } of decided) turn.wasUpToDate = true;
  const ready = decided.map((one) => asReady(context, one));
  const note = yield* noteSent(context, ready);
  const { refused, left } = yield* send(context, ready);
  const more = refused.length > 0 ? yield* settleRefused(context, refused) : [];
  decided[0]?.turn.also.push(...more);
  const open = new Set([...left, ...more]);
  // Notes of keys that are left tell, at the next look, what is ours on Atlas.
  if (open.size === 0) yield* ask({ side: 'local', op: 'forgetSent', note });
  return decided.map(({ turn }) => (open.has(turn.key) ? 'missed' : 'done'));
}

/** A creation names no base, whatever deletion the document builds on. */
export function asReady(context: EngineContext, { turn, view, answer }: ToPush): ReadyDocument {
  const document = assertPresent(view.local, 'a local document to push');
  const dirty = assertPresent(document.dirty, 'a dirty id to push');
  const { stamp, create } = answer;
  return readyDocument(context, { key: turn.key, document, dirty, stamp, create });
}
