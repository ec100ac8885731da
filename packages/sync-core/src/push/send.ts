import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type Refusal } from '../operations/refusal.js';
import { acknowledge } from './acknowledge.js';
import { pushEntry, type ReadyDocument } from './ready-document.js';

/** A document that Atlas will not store as it is. */
export interface RefusedDocument {
  readonly document: ReadyDocument;
  readonly refusal: Refusal;
}

/** How documents fared that were sent. */
export interface Sent {
  readonly refused: readonly RefusedDocument[];
  /** Did not win, or were written again meanwhile: for a look at both sides. */
  readonly left: readonly DocumentKey[];
}

/** Pushes documents whose versions are noted as sent, in one round trip, tells who won, and acknowledges them. */
export function* send(context: EngineContext, ready: readonly ReadyDocument[]): Step<Sent> {
  const keys = ready.map(({ key }) => key);
  return yield* context.pushes.during(keys, sendNow(context, ready));
}

function* sendNow(context: EngineContext, ready: readonly ReadyDocument[]): Step<Sent> {
  const result = yield* ask({ side: 'atlas', op: 'push', entries: ready.map(pushEntry) });
  const refusals = new Map(result.refused.map(({ index, refusal }) => [index, refusal]));
  const accepted = ready.filter((_, index) => !refusals.has(index));
  const won = yield* findWinners(accepted, result.storedCount);
  const settled = yield* acknowledge(context, won);
  return {
    refused: ready.flatMap((document, index) => {
      const refusal = refusals.get(index);
      return refusal ? [{ document, refusal }] : [];
    }),
    left: accepted.filter((document) => !settled.has(document)).map(({ key }) => key),
  };
}

/**
 * All, where as many were stored as sent; else Atlas' present versions tell. One that is of the same write under another version, as a
 * Local sent it that fell back since, is looked at: it is Atlas' version that both are to have.
 */
function* findWinners(sent: readonly ReadyDocument[], storedCount: number): Step<readonly ReadyDocument[]> {
  if (sent.length === 0 || storedCount === sent.length) return sent;
  const stamps = yield* ask({ side: 'atlas', op: 'readStamps', entries: sent.map(({ key }) => key) });
  return sent.filter(({ stamp }, i) => stamps[i] === stamp);
}
