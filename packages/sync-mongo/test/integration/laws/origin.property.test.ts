import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 120;
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

const instanceOf = (by: 'a' | 'b'): string | null => (by === 'a' ? a : b).sync.status().instanceId;

/** Who writes, and whether a document or a new one. */
const anyChange = fc.record({
  by: fc.constantFrom('a' as const, 'b' as const, 'a foreign hand' as const),
  isInsert: fc.boolean(),
});

describe('who has written', () => {
  it(
    '**Feature: bidirectional-sync, Property 6: Origin tracking accuracy** For any change, the system should ' +
      'correctly identify its origin (Local or Atlas) and include the instance ID in metadata',
    async () => {
      const changes = fc.sample(anyChange, COUNT);
      const items = changes.map((_, n) => new a.Item({ name: 'old', n }));
      await a.Item.insertMany(items.filter((_, i) => changes[i]?.isInsert === false));
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      const set = { $set: { name: 'new' } };
      for (const [i, { by }] of changes.entries()) {
        const _id = items[i]?._id;
        if (by === 'a') await a.Item.updateOne({ _id }, set, { upsert: true });
        else if (by === 'b') await b.Item.updateOne({ _id }, set, { upsert: true });
        else await world.atlas.collection('items').updateOne({ _id } as Document, set, { upsert: true });
      }
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      for (const local of [world.a.local, world.b.local, world.atlas]) {
        for (const [i, { by }] of changes.entries()) {
          const found = await local.collection('items').findOne({ _id: items[i]?._id } as Document);
          const { origin, instanceId } = (found?.['_syncMeta'] ?? {}) as Document;
          const expected = by === 'a foreign hand' ? ['atlas', undefined] : ['local', instanceOf(by)];
          expect([changes[i], origin, instanceId]).toEqual([changes[i], ...expected]);
        }
      }
    },
    TIMEOUT_MS,
  );
});
