import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DocumentKey, pushBatch, reconcile } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection, type Db, MongoServerError } from 'mongodb';
import { MongoAtlasSide } from '../../../src/atlas-side/mongo-atlas-side.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { mapMongoError } from '../../../src/errors/map-mongo-error.js';
import { goApart } from '../../../src/worker/go-apart.js';
import { runStep } from '../../../src/worker/run-step.js';
import { SetbackWorld } from '../../unit/worker/setback-world.js';
import { type EngineWorld, openEngineWorld } from './engine-world.js';

const COUNT = 20;
const MAX_TIME_EXPIRED = 50;

let world: EngineWorld;
beforeAll(async () => (world = await openEngineWorld()));
afterAll(async () => world.stop());

/**
 * A database of which transactions hold documents, as a mongod answers: what stands in a bulk before the held one is done, and
 * the bulk ends when its time is up. (Not every server that these tests run on gives a write up after `maxTimeMS`.)
 */
function holding(db: Db, held: ReadonlySet<unknown>): Db {
  const collectionOf = (name: string): Collection => {
    const collection = db.collection(name);
    const bulkWrite: Collection['bulkWrite'] = async (operations, options) => {
      const place = operations.findIndex((operation) => held.has(idOf(operation)));
      if (place < 0) return collection.bulkWrite(operations, options);
      if (place > 0) await collection.bulkWrite(operations.slice(0, place), options);
      throw new MongoServerError({ message: 'operation exceeded time limit', code: MAX_TIME_EXPIRED });
    };
    return new Proxy(collection, {
      get: (target, name) => (name === 'bulkWrite' ? bulkWrite : bound(target, name)),
    });
  };
  return new Proxy(db, {
    get: (target, name) => (name === 'collection' ? collectionOf : bound(target, name)),
  });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

function idOf(operation: AnyBulkWriteOperation): unknown {
  if ('insertOne' in operation) return operation.insertOne.document['_id'];
  return 'replaceOne' in operation ? (operation.replaceOne.filter as { _id?: unknown })._id : undefined;
}

describe('a document of Atlas that a transaction holds', () => {
  it('waits by itself, and whatever was done before it is recognised, creations and changes', async () => {
    const waits = new SetbackWorld();
    const { setbacks } = waits;
    const held = new Set<unknown>();
    const session = world.atlas.client.startSession({ causalConsistency: true });
    const atlas = new MongoAtlasSide({
      db: holding(world.atlas, held),
      instanceId: world.context.instanceId,
      session,
    });
    const places = Array.from({ length: COUNT }, () => world.nextKey());
    const keys = places.map(({ key }) => key);
    const push = (): Promise<readonly DocumentKey[]> =>
      goApart(keys, {
        keyOf: (key) => key,
        collectionFor: () => 'items',
        setbacks,
        attempt: async (some) => {
          try {
            const { leftOver } = await runStep(pushBatch(world.context, some), {
              local: world.localSide,
              atlas,
            });
            await runStep(reconcile(world.context, leftOver), { local: world.localSide, atlas });
            setbacks.succeeded(some);
            return null;
          } catch (error) {
            return mapMongoError(error, 'atlas');
          }
        },
      });
    const write = async (text: string, some: typeof places): Promise<void> => {
      for (const { id } of some) {
        const set = { text, '_syncMeta.dirty': toBinary(world.nextStamp()) };
        await world.local
          .collection('items')
          .updateOne({ _id: id as never }, { $set: set }, { upsert: true });
      }
    };
    const onAtlas = async (text: string): Promise<number> =>
      world.atlas
        .collection('items')
        .countDocuments({ _id: { $in: places.map(({ id }) => id as never) }, text });
    const dirtyCount = (): Promise<number> =>
      world.local.collection('items').countDocuments({
        _id: { $in: places.map(({ id }) => id as never) },
        '_syncMeta.dirty': { $exists: true },
      });

    await write('first', places.slice(0, COUNT / 2));
    await push();
    await write('second', places);
    const changed = places[4];
    held.add(changed?.id);
    expect(await push()).toEqual([changed?.key]);
    expect(await onAtlas('second')).toBe(COUNT - 1);
    expect(await dirtyCount()).toBe(1);
    expect(await world.local.collection('_sync_conflicts').countDocuments()).toBe(0);

    held.clear();
    waits.passTime();
    expect(await push()).toEqual([]);
    expect(await onAtlas('second')).toBe(COUNT);
    expect(await dirtyCount()).toBe(0);
    await session.endSession();
  });
});
