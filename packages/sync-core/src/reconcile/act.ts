import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { actOnAtlas } from './act-on-atlas.js';
import { actOnLocal } from './act-on-local.js';
import { actOnTombstone } from './act-on-tombstone.js';
import { merge } from './merge.js';
import { type ActResult, type Decision, type Turn } from './turn.js';

/** Carries out an answer, step by step; every step is conditional on what was looked at. */
export function* act(context: EngineContext, turn: Turn, { view, answer }: Decision): Step<ActResult> {
  switch (answer.do) {
    case 'nothing':
      return 'done';
    case 'push':
    case 'pushDelete':
    case 'pushTombstone':
    case 'seal':
    case 'finishDelete':
    case 'recordForeignDelete':
      return yield* actOnAtlas(context, turn, { view, answer });
    case 'noteDelete':
    case 'acknowledgeDelete':
    case 'rebaseDelete':
    case 'dropPending':
      return yield* actOnTombstone(context, turn, { view, answer });
    case 'merge':
      return yield* merge(context, turn, { view, answer });
    case 'acknowledge':
    case 'rebase':
    case 'takeAtlas':
    case 'takeDelete':
    case 'adopt':
    case 'markDirty':
    case 'clear':
    case 'correctTime':
    case 'removeLocal':
      return yield* actOnLocal(context, turn, { view, answer });
  }
}
