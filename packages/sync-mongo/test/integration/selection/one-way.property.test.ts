import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type Document, type ObjectId } from 'mongodb';
import { storedBytes } from '../slice/stored-bytes.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 110;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

const change = fc.constantFrom('nothing', 'insert', 'update', 'replace', 'delete');

/** What happens to one key: by the other branch or a foreign hand on Atlas, and here. */
const history = fc.record({ there: change, byHand: fc.boolean(), here: change });

async function onAtlas(kind: string, byHand: boolean, _id: Document['_id']): Promise<void> {
  const items = byHand ? world.atlas.collection('items') : a.Item.collection;
  if (kind === 'insert') await items.insertOne({ name: 'inserted there' });
  if (kind === 'update') await items.updateOne({ _id }, { $inc: { n: 1 } });
  if (kind === 'replace') await items.replaceOne({ _id }, { name: 'replaced there' });
  if (kind === 'delete') await items.deleteOne({ _id });
}

/** Writes to the key, or creates another one. Returns which key was written. */
async function here(kind: string, name: string, _id: ObjectId): Promise<ObjectId> {
  if (kind === 'insert') return (await b.Item.create({ name }))._id;
  if (kind === 'update') await b.Item.updateOne({ _id }, { name });
  if (kind === 'replace') await b.Item.replaceOne({ _id }, { name });
  if (kind === 'delete') await b.Item.deleteOne({ _id });
  return _id;
}

describe('a collection that is excluded from pull', () => {
  it(
    '**Feature: bidirectional-sync, Property 7: Excluded collections bypass** For any collection in the exclusion ' +
      'list, changes from Atlas should not be synced to Local, but Local→Atlas sync should continue',
    async () => {
      const histories = fc.sample(history, COUNT);
      const made = await a.Item.insertMany(histories.map((_, n) => ({ name: 'before', n })));
      for (const { sync } of [a, b]) await sync.idle();
      await b.end();
      b = await world.b.open({ collections: { pullExclude: ['items'] } });
      await b.sync.start();
      await waitFor(() => b.sync.status().pushOpen, { what: 'push to open' });
      const before = await storedBytes(world.b.local, 'items');
      for (const [i, { there, byHand }] of histories.entries()) await onAtlas(there, byHand, made[i]?._id);
      for (const { sync } of [a, b]) await sync.idle();
      expect(await storedBytes(world.b.local, 'items')).toEqual(before);

      const expected: (readonly [ObjectId, string | null])[] = [];
      for (const [i, { _id }] of made.entries()) {
        const kind = histories[i]?.here ?? 'nothing';
        const key = await here(kind, `${kind} here ${i}`, _id);
        if (kind !== 'nothing') expected.push([key, kind === 'delete' ? null : `${kind} here ${i}`]);
      }
      const written = await storedBytes(world.b.local, 'items');
      for (const { sync } of [b, a]) await sync.idle();
      expect(await storedBytes(world.b.local, 'items')).toEqual(written);
      for (const [_id, name] of expected) {
        const found = await world.atlas.collection('items').findOne({ _id });
        expect([_id, (found?.['name'] as string | undefined) ?? null]).toEqual([_id, name]);
      }

      await b.end();
      b = await world.b.open();
      await b.sync.start();
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
    },
    TIMEOUT_MS,
  );
});
