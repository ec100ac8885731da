import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { type SyncOperation } from '../../../src/queue/sync-operation.js';

/** The queue told naively: a list of keys, each with every write it got since it joined the list. */
export class QueueModel {
  readonly #waiting: { readonly key: DocumentKey; readonly writes: SyncOperation[] }[] = [];
  readonly #maxSize: number;
  #overflowed = false;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Each waiting key with the id of its last write. */
  get pending(): readonly { readonly key: DocumentKey; readonly id: Stamp | undefined }[] {
    return this.#waiting.map(({ key, writes }) => ({ key, id: writes.at(-1)?.id }));
  }

  enqueue(operation: SyncOperation): 'queued' | 'merged' | 'refused' {
    const waiting = this.#waiting.find(({ key }) => key === operation.key);
    if (waiting) {
      waiting.writes.push(operation);
      return 'merged';
    }
    if (this.#waiting.length === this.#maxSize) {
      this.#overflowed = true;
      return 'refused';
    }
    this.#waiting.push({ key: operation.key, writes: [operation] });
    return 'queued';
  }

  dequeueBatch(limit: number): readonly DocumentKey[] {
    return this.#waiting.splice(0, limit).map(({ key }) => key);
  }

  acknowledge(key: DocumentKey, id: Stamp): boolean {
    const at = this.#waiting.findIndex((waiting) => waiting.key === key && waiting.writes.at(-1)?.id === id);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  takeOverflowed(): boolean {
    const overflowed = this.#overflowed;
    this.#overflowed = false;
    return overflowed;
  }
}
