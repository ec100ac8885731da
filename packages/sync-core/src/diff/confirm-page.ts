import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { type Answer } from '../protocol/answer.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { type FoundKey } from '../reconcile/look-at-some.js';
import { lookAt } from '../reconcile/look.js';
import { type Classified } from './classify.js';
import { type Candidate, classifyFound, signatureOf } from './find-page.js';

/** A key that differs, as two looks have shown it. */
export interface Confirmed extends FoundKey, Classified {
  readonly view: View;
  /** What is to be done about it. */
  readonly answer: Answer;
}

/** A key that differs, and not as before. */
export interface Moving extends Candidate {
  /** What it is now; null where it changed during the look. */
  readonly last: Confirmed | null;
}

/** What a further look has shown. */
export interface ConfirmedPage {
  /** What is as it was. */
  readonly confirmed: readonly Confirmed[];
  /** To be looked at once more. */
  readonly moving: readonly Moving[];
  /** What did not fit into memory with these. */
  readonly later: readonly Candidate[];
}

/** Looks at candidates again, as many as fit: whoever equals by now was on its way. Changes nothing. */
export function* confirmPage(context: EngineContext, candidates: readonly Candidate[]): Step<ConfirmedPage> {
  const looks = yield* lookAt(
    context,
    candidates.map(({ key }) => key),
    { untouched: true },
  );
  const [confirmed, moving, later]: [Confirmed[], Moving[], Candidate[]] = [[], [], []];
  for (const [i, candidate] of candidates.entries()) {
    const { key } = candidate;
    const view = looks[i] ?? null;
    if (view === 'later') later.push(candidate);
    else if (view === null) moving.push({ key, signature: null, last: null });
    else {
      const classified = classifyFound(context, { key, view });
      if (classified === 'equal' || classified === 'moving') continue;
      const found: Confirmed = { ...classified, key, view, answer: decide(view, context.rulesFor(key)) };
      const signature = signatureOf(context, key, view);
      if (signature === candidate.signature) confirmed.push(found);
      else moving.push({ key, signature, last: found });
    }
  }
  return { confirmed, moving, later };
}
