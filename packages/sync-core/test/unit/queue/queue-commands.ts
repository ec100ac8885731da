import { expect } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { type SyncOperation } from '../../../src/queue/sync-operation.js';
import { type SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';
import { anyOperation, idOf, keyOf } from './operations.js';
import { type QueueModel } from './queue-model.js';

/** A step that does the same to the queue and to its model, and then compares them. */
abstract class QueueCommand implements fc.Command<QueueModel, SyncQueueManager> {
  check(): boolean {
    return true;
  }

  run(model: QueueModel, queue: SyncQueueManager): void {
    this.act(model, queue);
    const { pendingOperations, size, isEmpty } = queue;
    expect({ size, isEmpty, pending: [...pendingOperations].map(([key, { id }]) => ({ key, id })) }).toEqual({
      size: model.pending.length,
      isEmpty: model.pending.length === 0,
      pending: model.pending,
    });
  }

  abstract act(model: QueueModel, queue: SyncQueueManager): void;
  abstract toString(): string;
}

class Enqueue extends QueueCommand {
  constructor(readonly operation: SyncOperation) {
    super();
  }

  act(model: QueueModel, queue: SyncQueueManager): void {
    expect(queue.enqueue(this.operation)).toBe(model.enqueue(this.operation));
  }

  toString = () => `enqueue(${this.operation.type} ${this.operation.key} ${this.operation.id})`;
}

class Dequeue extends QueueCommand {
  act(model: QueueModel, queue: SyncQueueManager): void {
    expect(queue.dequeue()?.key).toBe(model.dequeueBatch(1).at(0));
  }

  toString = () => 'dequeue()';
}

class DequeueBatch extends QueueCommand {
  constructor(readonly limit: number) {
    super();
  }

  act(model: QueueModel, queue: SyncQueueManager): void {
    expect(queue.dequeueBatch(this.limit).map(({ key }) => key)).toEqual(model.dequeueBatch(this.limit));
  }

  toString = () => `dequeueBatch(${this.limit})`;
}

class Acknowledge extends QueueCommand {
  constructor(
    readonly key: DocumentKey,
    readonly id: Stamp,
  ) {
    super();
  }

  act(model: QueueModel, queue: SyncQueueManager): void {
    expect(queue.acknowledge(this.key, this.id)).toBe(model.acknowledge(this.key, this.id));
  }

  toString = () => `acknowledge(${this.key}, ${this.id})`;
}

class TakeOverflowed extends QueueCommand {
  act(model: QueueModel, queue: SyncQueueManager): void {
    expect(queue.takeOverflowed()).toBe(model.takeOverflowed());
  }

  toString = () => 'takeOverflowed()';
}

/** Any sequence of calls on a queue, over few keys and ids, so that they meet. */
export const anyQueueCommands = fc.commands(
  [
    anyOperation(8).map((operation) => new Enqueue(operation)),
    anyOperation(8).map((operation) => new Enqueue(operation)),
    fc.constant(new Dequeue()),
    fc.nat(3).map((limit) => new DequeueBatch(limit)),
    fc.tuple(fc.nat(7).map(keyOf), fc.nat(4).map(idOf)).map(([key, id]) => new Acknowledge(key, id)),
    fc.constant(new TakeOverflowed()),
  ],
  { size: '+1', maxCommands: 50 },
);
