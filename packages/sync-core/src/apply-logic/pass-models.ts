import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type ModelEntry } from '../operations/model-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { type Refusal } from '../operations/refusal.js';
import { type Body } from '../protocol/body.js';
import { type Arrival, modelEntry } from './model-entry.js';

/** What the models made of states, by key; a key that is absent passes as it came. */
export type Passed = ReadonlyMap<DocumentKey, Body | Refusal>;

const NONE: Passed = new Map();

/** Passes states through their models, as far as the rules ask for it. */
export function* passModels(context: EngineContext, arrivals: readonly Arrival[]): Step<Passed> {
  const entries: ModelEntry[] = [];
  for (const arrival of arrivals) {
    const entry = modelEntry(arrival, context.rulesFor(arrival.key).applyLogic ?? 'never');
    if (entry) entries.push(entry);
  }
  if (entries.length === 0) return NONE;
  const results = yield* ask({ side: 'model', op: 'pass', entries });
  const passed = new Map<DocumentKey, Body | Refusal>();
  for (const [i, { key }] of entries.entries()) {
    const result = results[i];
    if (result) passed.set(key, result);
  }
  return passed;
}
