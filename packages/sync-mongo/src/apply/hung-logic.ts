import { type Clock, type DocumentKey } from '@bomba/sync-core';
import { type AnyModel } from '../capture/index.js';

/** How long logic is waited for that did not end a while ago: it may end by now, and must not hold up the others again. */
export const SHORT_PATIENCE_MS = 1_000;
/** How long that is remembered. */
const REMEMBERED_MS = 5 * 60_000;
/** Of how many documents. */
const MAX_REMEMBERED = 1_000;
/** After how many documents in a row the model is what hangs, and not a document. */
const IN_A_ROW = 2;

/** What logic did not end of late, by document, and by model where none of its documents ended since. */
export class HungLogic {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #documents = new Map<DocumentKey, number>();
  readonly #models = new WeakMap<AnyModel, { readonly count: number; readonly atMs: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  isExpected(key: DocumentKey, model: AnyModel): boolean {
    const ofModel = this.#models.get(model);
    const isModel = ofModel !== undefined && ofModel.count >= IN_A_ROW && this.#isRecent(ofModel.atMs);
    return isModel || this.#isRecent(this.#documents.get(key));
  }

  note(key: DocumentKey, model: AnyModel): void {
    const atMs = this.#clock.monotonic();
    const isNew = !this.#documents.delete(key);
    const count = this.#models.get(model)?.count ?? 0;
    this.#models.set(model, { count: isNew ? count + 1 : count, atMs });
    this.#documents.set(key, atMs);
    const [oldest] = this.#documents.keys();
    if (this.#documents.size > MAX_REMEMBERED && oldest !== undefined) this.#documents.delete(oldest);
  }

  /** It ended: whatever held it up is over. */
  forget(key: DocumentKey, model: AnyModel): void {
    this.#documents.delete(key);
    this.#models.delete(model);
  }

  #isRecent(atMs: number | undefined): boolean {
    return atMs !== undefined && this.#clock.monotonic() - atMs < REMEMBERED_MS;
  }
}
