import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 120;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let wire: FaultProxy;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  wire = await createFaultProxy({ targetPort: world.databases.atlas.port });
  const client = { serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500, socketTimeoutMS: 2_000 };
  a = await world.a.open({ atlas: { uri: wire.uri('bomba'), client } });
  b = await world.b.open();
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => {
  await wire.heal();
  await world.stop();
  await wire.close();
});

const anyOperation = fc.record({
  kind: fc.constantFrom('create', 'insertMany', 'update', 'upsert', 'replace', 'delete', 'find'),
  target: fc.nat(COUNT - 1),
  name: fc.string({ unit: 'grapheme' }),
});
type Operation = typeof anyOperation extends fc.Arbitrary<infer T> ? T : never;

/** What a document of a plain program would hold: the model that Local is compared with. */
type Expected = Map<string, Partial<Item>>;

async function perform(
  { kind, target, name }: Operation,
  ids: readonly unknown[],
  model: Expected,
): Promise<void> {
  const _id = ids[target];
  const known = model.get(String(_id));
  switch (kind) {
    case 'create':
    case 'insertMany': {
      const made =
        kind === 'create' ? [await a.Item.create({ name })] : await a.Item.insertMany([{ name }, { name }]);
      for (const item of made) model.set(String(item._id), { name });
      return;
    }
    case 'update':
    case 'upsert': {
      const { matchedCount } = await a.Item.updateOne({ _id }, { name }, { upsert: kind === 'upsert' });
      expect(matchedCount).toBe(known ? 1 : 0);
      if (known || kind === 'upsert') model.set(String(_id), { ...known, name });
      return;
    }
    case 'replace':
      await a.Item.replaceOne({ _id }, { name });
      if (known) model.set(String(_id), { name });
      return;
    case 'delete':
      expect((await a.Item.deleteOne({ _id })).deletedCount).toBe(known ? 1 : 0);
      model.delete(String(_id));
      return;
    default:
      expect((await a.Item.findById(_id).lean())?.name ?? null).toBe(known?.name ?? null);
  }
}

/** Does random operations, each answered by Local as a plain program expects; then Local holds what they made. */
async function work(): Promise<Expected> {
  const items = await a.Item.insertMany(Array.from({ length: COUNT }, () => ({ name: 'old' })));
  const model: Expected = new Map(items.map(({ _id }) => [String(_id), { name: 'old' }]));
  const ids = items.map(({ _id }) => _id);
  for (const operation of fc.sample(anyOperation, COUNT)) await perform(operation, ids, model);
  await holds(a, model);
  return model;
}

async function holds({ Item }: BranchProcess, model: Expected): Promise<void> {
  const found = await Item.find({ name: { $exists: true } }).lean();
  const names = new Map(found.map(({ _id, name }) => [String(_id), name]));
  for (const [id, { name }] of model) expect(names.get(id)).toBe(name);
}

describe.each([
  ['swallows everything', () => wire.blackHole()],
  ['swallows the answers', () => wire.dropReplies()],
  ['is cut', () => wire.cut()],
])('while the wire to Atlas %s', (_, fail) => {
  beforeEach(async () => a.sync.idle());
  beforeEach(async () => fail());
  afterEach(async () => wire.heal());

  it(
    '**Feature: dual-mongodb-sync, Property 1: Local database primary execution** every operation is answered by ' +
      'Local, as without sync, and **Feature: dual-mongodb-sync, Property 5: Asynchronous sync execution** none ' +
      'waits for Atlas, where all arrive afterwards',
    async () => {
      const model = await work();
      await wire.heal();
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      await holds(b, model);
    },
    TIMEOUT_MS,
  );
});
