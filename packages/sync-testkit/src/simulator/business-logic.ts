import { type Body, type ModelEntry } from '@bomba/sync-core';
import { type History, toBody, toHistory, type WriteId } from './history.js';

/** Outputs of one branch are told from those of another by this much. */
const PER_BRANCH = 1_000_000;

/** What logic made is no write of anybody: it may vanish with what it was made of. */
export function isOutput(id: WriteId): boolean {
  return id < 0;
}

/** The writes that a state builds on, without what logic made of them. */
export function writesOf(history: Iterable<WriteId>): History {
  return new Set([...history].filter((id) => !isOutput(id)));
}

/**
 * The simulated model: it computes a field from all the writes of a state, on each branch another one, as a time or a
 * salted hash would be; a field that was computed from these writes before stands.
 */
export function runLogic({ body, logic }: ModelEntry, branchNumber: number): Body {
  if (logic === 'check') return body;
  const history = toHistory(body);
  const writes = writesOf(history);
  const computed = [...writes].reduce((sum, id) => (sum * 31 + id) % PER_BRANCH, 7);
  const outputs = [...history].filter(isOutput);
  if (outputs.length === 1 && -(outputs[0] ?? 0) % PER_BRANCH === computed) return body;
  return toBody(new Set([...writes, -(branchNumber * PER_BRANCH + computed)]));
}
