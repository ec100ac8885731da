import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { type Answer } from '../protocol/answer.js';
import { type AtlasDocument, type View } from '../protocol/state.js';
import { applyStates, applyToAbsent } from '../pull/apply-states.js';
import { type ActResult, type Decided } from './turn.js';

/** The state that Local is to take as it is, where no deletion says anything about it and nothing has to be kept. */
export function plainState(
  { local, atlas, ...deletions }: View,
  answer: Answer | null,
): AtlasDocument | null {
  if (deletions.atlasTombstone || deletions.localTombstone || (local && local.dirty !== null)) return null;
  return answer?.do === 'takeAtlas' && !answer.keepLoser ? atlas : null;
}

/** Brings plain states of Atlas to Local by the fast lane of pull. */
export function* takeTogether(
  context: EngineContext,
  decided: readonly Decided[],
): Step<readonly ActResult[]> {
  const [present, absent] = [new Map<DocumentKey, AtlasDocument>(), new Map<DocumentKey, AtlasDocument>()];
  for (const { turn, view, answer } of decided) {
    const state = plainState(view, answer);
    if (state) (view.local ? present : absent).set(turn.key, state);
  }
  const { looks, underWay } = yield* applyStates(context, present);
  const notInserted = yield* applyToAbsent(context, absent);
  const left = new Set([...notInserted, ...looks, ...underWay]);
  return decided.map(({ turn }) => (left.has(turn.key) ? 'missed' : 'done'));
}
