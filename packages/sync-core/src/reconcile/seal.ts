import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type SealEntry } from '../operations/atlas-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { latest } from '../protocol/stamp.js';
import { type AtlasDocument } from '../protocol/state.js';
import { foreignStamp } from './foreign-stamp.js';
import { keepLocals } from './keep-loser.js';
import { refuse } from './take-atlas.js';
import { type AnswerOf, type Decided } from './turn.js';

/** A key whose state on Atlas is to get a version of its own. */
export type ToSeal = Decided<AnswerOf<'seal'>>;

/** The state that is sealed now; or `missed`: it is another one by now; or `refused`. */
export type SealResult = AtlasDocument | 'missed' | 'refused';

/**
 * Seals foreign states, in one round trip. What Atlas does not let be sealed stays there alone, and waits in quarantine: no
 * branch can take what has no version.
 */
export function* seal(context: EngineContext, decided: readonly ToSeal[]): Step<readonly SealResult[]> {
  const overwritten = decided.filter(({ answer }) => answer.keepLocal);
  yield* keepLocals(
    context,
    overwritten.map(({ turn, view }) => ({ turn, view, reason: 'uncaptured-edit' })),
  );
  const entries = decided.map((one) => sealEntry(context, one));
  const answers = yield* ask({ side: 'atlas', op: 'seal', entries });
  const results: SealResult[] = [];
  for (const [i, { turn }] of decided.entries()) {
    const [answer = false, state] = [answers[i], entries[i]];
    if (!state || answer === false) results.push('missed');
    else if (isRefusal(answer)) results.push(yield* refuse(context, turn, { state, refusal: answer }));
    else results.push(sealedState(context, state));
  }
  return results;
}

/** What a look would show now, but for an edit since the last one, which comes by the stream. */
function sealedState(context: EngineContext, { key, stamp, body, info, base }: SealEntry): AtlasDocument {
  const digest = context.digestOf(key, body);
  return { stamp, body, digest, edited: 'no', info: { ...info, instanceId: null }, ...(base && { base }) };
}

function sealEntry(context: EngineContext, { turn, view, answer }: ToSeal): SealEntry {
  const { stamp: expected, body, edited, info } = assertPresent(view.atlas, 'a state on Atlas to seal');
  const stamp = foreignStamp(context, turn.foreignAtMs, latest(answer.above, expected));
  const version = Math.max(info.version, view.local?.info.version ?? 0);
  return {
    key: turn.key,
    ...{ expected, stamp, body, info: { version, conflictCount: info.conflictCount } },
    ...(expected !== null && edited !== 'no' && { base: expected }),
  };
}
