import {
  type AtlasOperation,
  type AtlasRecord,
  type AtlasSide,
  collectionOf,
  type DocumentKey,
  type ResultOf,
  type SyncError,
} from '@bomba/sync-core';
import { stateCollections } from '../state/state-collections.js';
import { failureUnlessBroken } from '../worker/failure-unless-broken.js';
import { goApart } from '../worker/go-apart.js';
import { type WriteSetbacks } from '../worker/write-setbacks.js';

type Write = Extract<AtlasOperation, { readonly op: 'seal' | 'remove' | 'writeTombstone' }>;

/** What such a write is done over. */
export interface Forbearance {
  readonly setbacks: WriteSetbacks;
  readonly signal: AbortSignal;
}

/** The collection of Atlas in which a key has its document, or its tombstone. */
export function collectionFor(what: AtlasRecord, key: DocumentKey): string {
  return what === 'tombstone' ? stateCollections.tombstones : collectionOf(key);
}

/**
 * Atlas as pull sees it: what it has to write there and cannot, as the user may not write that collection or one document
 * makes every bulk fail, counts as missed, and is noted. So the key is looked at again, and left alone then until the
 * setback's time is over, while everything else of the batch goes on.
 */
export class ForbearingAtlas implements AtlasSide {
  readonly #atlas: AtlasSide;
  readonly #forbearance: Forbearance;

  constructor(atlas: AtlasSide, forbearance: Forbearance) {
    this.#atlas = atlas;
    this.#forbearance = forbearance;
  }

  async run<O extends AtlasOperation>(operation: O): Promise<ResultOf<O>> {
    return isWrite(operation)
      ? ((await this.#write(operation)) as ResultOf<O>)
      : await this.#atlas.run(operation);
  }

  async #write(operation: Write): Promise<readonly unknown[]> {
    const { op, entries } = operation;
    const what = op === 'writeTombstone' ? 'tombstone' : 'document';
    // Nobody concludes from a tombstone's answer that it is there.
    const answers: unknown[] = entries.map(() => (what === 'tombstone' ? undefined : false));
    const numbers = entries.map((_, i) => i);
    const keyOf = (i: number): DocumentKey => (entries[i] as Write['entries'][number]).key;
    const { setbacks, signal } = this.#forbearance;
    const attempt = async (part: readonly number[]): Promise<SyncError | null> => {
      try {
        const some = part.map((i) => entries[i]);
        const answered: readonly unknown[] = await this.#atlas.run({ ...operation, entries: some } as Write);
        for (const [n, i] of part.entries()) answers[i] = answered[n];
        setbacks.succeeded(part.map(keyOf), (key) => collectionFor(what, key));
        return null;
      } catch (error) {
        return failureUnlessBroken(error, signal);
      }
    };
    await goApart(numbers, { keyOf, collectionFor: (i) => collectionFor(what, keyOf(i)), setbacks, attempt });
    return answers;
  }
}

function isWrite(operation: AtlasOperation): operation is Write {
  return operation.op === 'seal' || operation.op === 'remove' || operation.op === 'writeTombstone';
}
