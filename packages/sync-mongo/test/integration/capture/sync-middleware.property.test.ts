import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DocumentKey, type OperationType, SyncQueueManager } from '@bomba/sync-core';
import fc from 'fast-check';
import { type Document } from 'mongodb';
import { type Model, Schema } from 'mongoose';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { createSyncMiddleware } from '../../../src/capture/middleware/sync-middleware.js';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from './captured-world.js';
import { observe, textOf } from './observation.js';

interface Bill {
  _id: number;
  n?: number;
  note?: string;
}

const TIMEOUT_MS = 60_000;
const KNOWN = 5;

const anyOperation = fc.record({
  kind: fc.constantFrom(
    ...(['create', 'save', 'insertMany', 'updateOne', 'upsert', 'findOneAndUpdate'] as const),
    ...(['replaceOne', 'deleteOne', 'findOneAndDelete'] as const),
  ),
  id: fc.nat(2 * KNOWN - 1),
  n: fc.nat(9),
  note: fc.string({ unit: 'grapheme', maxLength: 5 }),
});
type Operation = typeof anyOperation extends fc.Arbitrary<infer T> ? T : never;
type Kind = Operation['kind'];

const made: Readonly<Record<Kind, OperationType>> = {
  ...{ create: 'insert', insertMany: 'insert', save: 'update', updateOne: 'update', upsert: 'update' },
  ...{ findOneAndUpdate: 'update', replaceOne: 'update', deleteOne: 'delete', findOneAndDelete: 'delete' },
};

async function perform(Bill: Model<Bill>, { kind, id: _id, n, note }: Operation): Promise<unknown> {
  const changed = { note, n };
  switch (kind) {
    case 'create':
      return Bill.create({ _id, n, note });
    case 'save':
      return (await Bill.findById(_id).orFail()).set({ n: n + 10, note }).save();
    case 'insertMany':
      return Bill.insertMany([{ _id, ...changed }]);
    case 'updateOne':
    case 'upsert':
      return Bill.updateOne({ _id }, changed, { upsert: kind === 'upsert' });
    case 'findOneAndUpdate':
      return Bill.findOneAndUpdate({ _id }, changed, { returnDocument: 'after' }).lean();
    case 'replaceOne':
      return Bill.replaceOne({ _id }, changed);
    case 'deleteOne':
      return Bill.deleteOne({ _id });
    case 'findOneAndDelete':
      return Bill.findOneAndDelete({ _id }).lean();
  }
}

let world: CapturedWorld;
let queue: SyncQueueManager;
let captured: Model<Bill>;
let plain: Model<Bill>;

/** The model as the seed's applications have it: with the hooks on its schema. */
function withHooks({ mongoose }: Application): Model<Bill> {
  const schema = new Schema<Bill>({ _id: Number, n: Number, note: String }, { collection: 'bills' });
  const enqueue: SyncQueueManager['enqueue'] = (operation) => queue.enqueue(operation);
  const hooks = createSyncMiddleware({ enqueue }, { clock: world.captured.clock });
  schema.post('save', (doc) => hooks.postSave(doc));
  schema.post('insertMany', (docs: unknown) => hooks.postInsertMany(docs));
  schema.post(['updateOne', 'replaceOne', 'findOneAndUpdate'], function (result: unknown) {
    hooks.postUpdate.call(this, result);
  });
  schema.post(['deleteOne', 'findOneAndDelete'], function (result: unknown) {
    hooks.postRemove.call(this, result);
  });
  return mongoose.model<Bill>('Bill', schema);
}

beforeAll(async () => {
  world = await openCapturedWorld('standalone');
  captured = withHooks(world.captured);
  const schema = new Schema<Bill>({ _id: Number, n: Number, note: String }, { collection: 'bills' });
  plain = world.plain.mongoose.model<Bill>('Bill', schema);
});
afterAll(async () => world.stop());
beforeEach(() => {
  queue = new SyncQueueManager();
});

async function begin(): Promise<void> {
  queue = new SyncQueueManager();
  const seeds = Array.from({ length: KNOWN }, (_, _id): Document => ({ _id, n: 0, note: 'seed' }));
  for (const application of [world.captured, world.plain]) {
    await application.empty();
    const { client, mongoose } = application;
    await client.db(mongoose.connection.name).collection('bills').insertMany(seeds);
  }
}

describe('the middleware', () => {
  it(
    '**Feature: dual-mongodb-sync, Property 2: Operation replication to sync queue**',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyOperation, async (operation) => {
          await begin();
          const before = await world.captured.stored('bills');
          const hasFailed = await perform(captured, operation).then(
            () => false,
            () => true,
          );
          const after = await world.captured.stored('bills');
          const key: DocumentKey = documentKeyOf('bills', operation.id);
          const waiting = queue.pendingOperations.get(key);
          const isChanged = textOf(before.map(contentOf)) !== textOf(after.map(contentOf));
          if (isChanged) expect(waiting?.type).toBe(made[operation.kind]);
          if (hasFailed) expect(queue.isEmpty).toBe(true);
          expect([...queue.pendingOperations.keys()].filter((other) => other !== key)).toEqual([]);
        }),
      );
    },
    TIMEOUT_MS,
  );

  it(
    '**Feature: dual-mongodb-sync, Property 10: Transparent sync middleware**',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyOperation, { minLength: 1, maxLength: 4 }), async (operations) => {
          await begin();
          for (const operation of operations) {
            const seen = await observe(() => perform(captured, operation));
            expect(seen).toBe(await observe(() => perform(plain, operation)));
          }
          const contents = (await world.captured.stored('bills')).map(contentOf);
          expect(textOf(contents)).toBe(textOf(await world.plain.stored('bills')));
        }),
      );
    },
    TIMEOUT_MS,
  );
});
