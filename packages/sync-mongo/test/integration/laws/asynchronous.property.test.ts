import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type Document } from 'mongodb';
import { type HydratedDocument } from 'mongoose';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 120;
/** Nothing that is written can be on Atlas before: so long each byte takes to get there. No write takes it, on any machine. */
const DELAY_MS = 10_000;
/** The driver waits for an answer over that line, or it would be one that is cut. */
const ANSWER_MS = 60_000;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let wire: FaultProxy;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  wire = await createFaultProxy({ targetPort: world.databases.atlas.port });
  const client = { serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500, connectTimeoutMS: ANSWER_MS };
  a = await world.a.open({ atlas: { uri: wire.uri('bomba'), client } });
  b = await world.b.open();
  for (const { sync } of [a, b]) await sync.start();
});
afterEach(async () => wire.heal());
afterAll(async () => {
  await world.stop();
  await wire.close();
});

const kind = fc.constantFrom('create', 'update', 'replace', 'delete');
type Kind = typeof kind extends fc.Arbitrary<infer T> ? T : never;

/** Writes as asked for; answers the _id, and the name that Atlas has by then where the write has arrived there. */
async function write(how: Kind, known: HydratedDocument<Item>): Promise<[unknown, 'new' | undefined]> {
  const { _id } = known;
  if (how === 'create') return [(await a.Item.create({ name: 'new' }))._id, 'new'];
  if (how === 'update') await a.Item.updateOne({ _id }, { name: 'new' });
  if (how === 'replace') await a.Item.replaceOne({ _id }, { name: 'new' });
  if (how === 'delete') await a.Item.deleteOne({ _id });
  return [_id, how === 'delete' ? undefined : 'new'];
}

/** The name that Atlas holds, read past the wire. */
async function nameOnAtlas(_id: unknown): Promise<unknown> {
  const found = await world.atlas.collection('items').findOne({ _id } as Document);
  return found?.['name'];
}

const faults: readonly (readonly [string, () => Promise<void> | void])[] = [
  ['is slow', () => wire.delay(DELAY_MS)],
  ['swallows everything', () => wire.blackHole()],
  ['is cut', () => wire.cut()],
];

describe.each(faults)('while the wire to Atlas %s', (_, worsen) => {
  it(
    '**Feature: dual-mongodb-sync, Property 5: Asynchronous sync execution** every write is answered before Atlas ' +
      'has it',
    async () => {
      const kinds = fc.sample(kind, COUNT);
      const items = await a.Item.insertMany(kinds.map((_kind, n) => ({ name: 'old', n })));
      await a.sync.idle();
      await worsen();
      let earlyCount = 0;
      for (const [i, item] of items.entries()) {
        const [id, name] = await write(kinds[i] ?? 'update', item);
        if ((await nameOnAtlas(id)) !== name) earlyCount++;
      }
      expect(earlyCount).toBe(COUNT);
      await wire.heal();
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
    },
    TIMEOUT_MS,
  );
});
