import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type Model } from 'mongoose';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 110;
const TIMEOUT_MS = 120_000;
const COLLECTIONS = ['items', 'excluded', 'optedout'] as const;

let world: TwoBranches;
beforeAll(async () => {
  world = await startTwoBranches(COLLECTIONS);
});
afterAll(async () => world.stop());

type Models = Readonly<Record<(typeof COLLECTIONS)[number], Model<Item>>>;

function modelsOf({ mongoose, Item }: BranchProcess, isOptedOut: boolean): Models {
  const schema = new mongoose.Schema<Item>({ name: String, n: Number });
  const out = schema.clone();
  if (isOptedOut) out.set('sync' as never, false as never);
  const model = (name: string, of: typeof schema): Model<Item> => mongoose.model<Item>(name, of, name);
  return { items: Item, excluded: model('excluded', schema), optedout: model('optedout', out) };
}

const anyWrite = fc.record({
  collection: fc.constantFrom(...COLLECTIONS),
  kind: fc.constantFrom('insert', 'update', 'delete'),
});

describe('what is written', () => {
  it(
    '**Feature: dual-mongodb-sync, Property 11: Configuration-based sync control** For any write, it should travel if ' +
      'and only if sync is enabled and its collection is not excluded; once both hold, nothing written before is missing',
    async () => {
      const writes = fc.sample(anyWrite, COUNT);
      const other = await world.a.open();
      modelsOf(other, false);
      await other.sync.start();
      const restricted = { collections: { exclude: ['excluded'] } };
      const count = (collection: string): Promise<number> =>
        world.atlas.collection(collection).countDocuments();

      let b = await world.b.open(restricted);
      await b.sync.start();
      await write(modelsOf(b, true), writes);
      await b.sync.idle();
      expect(await namesIn('items', world.atlas)).toEqual(await namesIn('items', world.b.local));
      expect([await count('excluded'), await count('optedout')]).toEqual([0, 0]);
      const before = await namesIn('items', world.atlas);
      await b.end();

      b = await world.b.open({ enabled: false });
      const models = modelsOf(b, true);
      await b.sync.start();
      await write(models, writes);
      await other.sync.idle();
      expect(await namesIn('items', world.atlas)).toEqual(before);
      expect([await count('excluded'), await count('optedout')]).toEqual([0, 0]);
      await b.end();

      b = await world.b.open();
      modelsOf(b, false);
      await b.sync.start();
      await waitFor(() => b.sync.status().pushOpen, { what: 'push to open' });
      for (const { sync } of [b, other]) await sync.idle();
      for (const collection of COLLECTIONS) {
        await world.equal(collection);
        expect(await count(collection)).toBeGreaterThan(0);
      }
    },
    TIMEOUT_MS,
  );
});

/** Each write to a document of its own; what is updated or deleted was inserted before. */
async function write(
  models: Models,
  writes: readonly { readonly collection: keyof Models; readonly kind: string }[],
): Promise<void> {
  for (const [n, { collection, kind }] of writes.entries()) {
    const model = models[collection];
    const { _id } = await model.create({ name: `inserted ${n}`, n });
    if (kind === 'update') await model.updateOne({ _id }, { name: `updated ${n}` });
    if (kind === 'delete') await model.deleteOne({ _id });
  }
}

async function namesIn(collection: string, db: TwoBranches['atlas']): Promise<readonly unknown[]> {
  const found = await db.collection(collection).find().sort({ _id: 1 }).toArray();
  return found.map(({ _id, name }) => [String(_id), name as unknown]);
}
