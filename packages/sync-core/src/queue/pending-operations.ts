import { type DocumentKey } from '../document-key/document-key.js';
import { type PackedOperation, unpackOperation } from './packed-operation.js';
import { type SyncOperation } from './sync-operation.js';

/** A live view of the waiting operations, unpacked as they are looked at. */
export class PendingOperations implements ReadonlyMap<DocumentKey, SyncOperation> {
  readonly #packed: ReadonlyMap<DocumentKey, PackedOperation>;

  constructor(packed: ReadonlyMap<DocumentKey, PackedOperation>) {
    this.#packed = packed;
  }

  get size(): number {
    return this.#packed.size;
  }

  has(key: DocumentKey): boolean {
    return this.#packed.has(key);
  }

  get(key: DocumentKey): SyncOperation | undefined {
    const packed = this.#packed.get(key);
    return packed === undefined ? undefined : unpackOperation(key, packed);
  }

  keys(): MapIterator<DocumentKey> {
    return this.#packed.keys();
  }

  *values(): MapIterator<SyncOperation> {
    for (const [key, packed] of this.#packed) yield unpackOperation(key, packed);
  }

  *entries(): MapIterator<[DocumentKey, SyncOperation]> {
    for (const [key, packed] of this.#packed) yield [key, unpackOperation(key, packed)];
  }

  [Symbol.iterator](): MapIterator<[DocumentKey, SyncOperation]> {
    return this.entries();
  }

  forEach(
    act: (operation: SyncOperation, key: DocumentKey, map: ReadonlyMap<DocumentKey, SyncOperation>) => void,
  ): void {
    for (const [key, operation] of this) act(operation, key, this);
  }
}
