import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type AnyBulkWriteOperation, MongoServerError } from 'mongodb';
import { type Model } from 'mongoose';
import { type AtlasAnswer, knownAtlas, standBeforeAtlas } from './stand-before-atlas.js';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let Other: Model<Item>;
const attempts: number[] = [];
let stateChangeCount = 0;

/** What Atlas answers to writes of a collection; null: what it answers by itself. */
let answer: AtlasAnswer;

beforeAll(async () => {
  world = await startTwoBranches(['items', 'others']);
  a = await world.a.open(knownAtlas(world));
  Other = a.mongoose.model<Item>('Other', new a.mongoose.Schema<Item>({ name: String, n: Number }));
  a.sync.on('failed', ({ attempt }) => attempts.push(attempt));
  a.sync.on('stateChanged', () => stateChangeCount++);
  standBeforeAtlas((...asked) => answer(...asked));
  answer = () => null;
  await a.sync.start();
  await a.sync.idle();
  stateChangeCount = 0;
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.stop();
});

async function expectWell(): Promise<void> {
  await a.sync.idle({ timeoutMs: 20_000 });
  await waitFor(() => a.sync.status().lastError === null, { what: 'no error to be told' });
  expect((await a.sync.health()).status).toBe('healthy');
}

describe('a collection that Atlas does not let this user write', () => {
  const unauthorized = new MongoServerError({ message: 'not authorized', code: 13 });

  beforeAll(async () => {
    answer = (collection) => (collection === 'items' ? unauthorized : null);
    await a.Item.create({ name: 'first' });
    await waitFor(() => attempts.length > 0, { what: 'the refusal to be met' });
    await a.Item.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    await Other.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
  });

  it('holds up no other collection, and breaks no connection', async () => {
    await waitFor(async () => (await world.atlas.collection('others').countDocuments()) === 300, {
      what: 'the other collection to arrive',
    });
    expect(await world.atlas.collection('items').countDocuments()).toBe(0);
    expect(stateChangeCount).toBe(0);
  });

  it('is tried again at growing distances, and told in health', async () => {
    await waitFor(() => attempts.length >= 3, { what: 'it to be tried again', timeoutMs: 20_000 });
    expect(attempts).toEqual(attempts.map((_, i) => i + 1));
    const { status, checks } = await a.sync.health();
    expect(status).toBe('degraded');
    expect(checks.find(({ name }) => name === 'atlas')?.message).toContain('SYNC_CONN_AUTH');
    expect(stateChangeCount).toBe(0);
  });

  it('arrives once it is allowed', async () => {
    answer = () => null;
    await expectWell();
    expect(await world.atlas.collection('items').countDocuments()).toBe(301);
  });
});

describe('a document that makes every batch fail that it is in', () => {
  const isPoison = (operation: AnyBulkWriteOperation): boolean =>
    'insertOne' in operation &&
    (operation.insertOne.document as Map<string, unknown>).get('name') === 'poison';
  const count = (name: string) => world.atlas.collection('items').countDocuments({ name });

  beforeAll(async () => {
    answer = (_collection, operations) =>
      operations.some(isPoison) ? new TypeError('Cannot read properties of undefined') : null;
    const names = Array.from({ length: 100 }, (_, i) => (i === 20 ? 'poison' : 'harmless'));
    await a.Item.insertMany(names.map((name) => ({ name })));
  });

  it('holds up no other document of its collection', async () => {
    await waitFor(async () => (await count('harmless')) === 99, { what: 'all but the one to arrive' });
    expect(await count('poison')).toBe(0);
    await waitFor(() => a.sync.status().lastError?.code === 'SYNC_WRITE_UNCERTAIN', {
      what: 'its failure to be told',
    });
    expect(stateChangeCount).toBe(0);
  });

  it('arrives once it can be pushed', async () => {
    answer = () => null;
    await expectWell();
    expect(await count('poison')).toBe(1);
  });
});

describe('a branch that meets Atlas for the first time with a collection that it may not write there', () => {
  it('opens all the same, and has the others synced', async () => {
    const named = (name: string) => [{ name: `${name} 1` }, { name: `${name} 2` }];
    await world.b.local.collection('items').insertMany(named('old item'));
    await world.b.local.collection('others').insertMany(named('old other'));
    const count = (collection: string) =>
      world.atlas.collection(collection).countDocuments({ name: { $regex: '^old' } });
    answer = (collection) =>
      collection === 'items' ? new MongoServerError({ message: 'not authorized', code: 13 }) : null;
    const b = await world.b.open(knownAtlas(world));
    b.mongoose.model<Item>('Other', new b.mongoose.Schema<Item>({ name: String, n: Number }));
    await b.sync.start();
    await waitFor(async () => (await count('others')) === 2, { what: 'the others', timeoutMs: 20_000 });
    expect(b.sync.status().pushOpen).toBe(true);
    expect(await count('items')).toBe(0);
    answer = () => null;
    await b.sync.idle({ timeoutMs: 20_000 });
    expect(await count('items')).toBe(2);
  });
});
