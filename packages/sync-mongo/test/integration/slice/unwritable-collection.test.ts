import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type AnyBulkWriteOperation, type Binary, MongoServerError } from 'mongodb';
import { type Model } from 'mongoose';
import { type AtlasAnswer, knownAtlas, standBeforeAtlas } from './stand-before-atlas.js';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from './two-branches.js';

const unauthorized = new MongoServerError({ message: 'not authorized', code: 13 });

let world: TwoBranches;
let a: BranchProcess;
let Other: Model<Item>;
const attempts: number[] = [];
let stateChangeCount = 0;

/** What Atlas answers to writes of a collection; null: what it answers by itself. */
let answer: AtlasAnswer = () => null;

async function openBranch(): Promise<void> {
  a = await world.a.open(knownAtlas(world));
  Other = a.mongoose.model<Item>('Other', new a.mongoose.Schema<Item>({ name: String, n: Number }));
  a.sync.on('failed', ({ direction, attempt }) => {
    if (direction === 'atlas-to-local') attempts.push(attempt);
  });
  a.sync.on('stateChanged', () => stateChangeCount++);
  await a.sync.start();
}

beforeAll(async () => {
  world = await startTwoBranches(['items', 'others']);
  standBeforeAtlas((...asked) => answer(...asked));
  await openBranch();
  await a.Item.insertMany(Array.from({ length: 8 }, (_, n) => ({ name: 'known', n })));
  await a.sync.idle();
  stateChangeCount = 0;
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.stop();
});

async function expectOthersToTravel(name: string): Promise<void> {
  await world.atlas.collection('others').insertOne({ name: `${name} there` });
  await Other.create({ name: `${name} here` });
  await waitFor(() => Other.exists({ name: `${name} there` }), { what: 'another collection to be pulled' });
  await waitFor(() => world.atlas.collection('others').findOne({ name: `${name} here` }), {
    what: 'another collection to be pushed',
  });
}

async function expectWell(): Promise<void> {
  await a.sync.idle({ timeoutMs: 20_000 });
  await waitFor(() => a.sync.status().lastError === null, { what: 'no error to be told' });
  expect((await a.sync.health()).status).toBe('healthy');
}

describe('a collection that Atlas lets this user read, and not write, where a foreign hand works', () => {
  const items = () => world.atlas.collection('items');
  const here = (n: number) => a.Item.findOne({ n }).lean();

  beforeAll(async () => {
    answer = (collection) => (collection === 'items' ? unauthorized : null);
    await items().insertOne({ name: 'foreign', n: 100 });
    await items().updateOne({ n: 1 }, { $set: { name: 'edited there' } });
    await items().updateOne({ n: 2 }, { $set: { name: 'edited there too' } });
    await a.Item.updateOne({ n: 2 }, { name: 'edited here' });
    await items().deleteOne({ n: 3 });
    await waitFor(() => attempts.length > 0, { what: 'the refusal to be met' });
  });

  it('holds up no other collection in either direction, and breaks no connection', async () => {
    await expectOthersToTravel('at first');
    expect(await here(1)).toMatchObject({ name: 'known' });
    expect(stateChangeCount).toBe(0);
  });

  it('has deletions taken over all the same, as their tombstones are written elsewhere', async () => {
    await waitFor(async () => (await here(3)) === null, { what: 'the deletion to arrive' });
  });

  it('is tried again at growing distances, and told in health by its name', async () => {
    await waitFor(() => attempts.length >= 3, { what: 'it to be tried again', timeoutMs: 20_000 });
    expect(attempts).toEqual(attempts.map((_, i) => i + 1));
    const { status, checks } = await a.sync.health();
    expect(status).toBe('degraded');
    const { message } = checks.find(({ name }) => name === 'atlas') ?? {};
    expect(message).toContain('items');
    expect(message).toContain('SYNC_CONN_AUTH');
    expect(stateChangeCount).toBe(0);
  });

  it('is remembered over a new connection, which opens all the same', async () => {
    const seen = attempts.length;
    a.mongoose.model<Item>('Third', new a.mongoose.Schema<Item>({ name: String }), 'thirds');
    await waitFor(() => a.sync.status().collections.includes('thirds'), {
      what: 'the collection to be known',
    });
    await waitFor(() => !a.sync.status().pushOpen, { what: 'the connection to end', everyMs: 1 });
    await waitFor(() => a.sync.status().pushOpen, { what: 'the next one', timeoutMs: 20_000 });
    await expectOthersToTravel('over a new connection');
    await waitFor(() => attempts.length > seen, { what: 'it to be tried again', timeoutMs: 20_000 });
    expect(attempts).toEqual(attempts.map((_, i) => i + 1));
    expect(a.sync.status().lastError?.code).toBe('SYNC_CONN_AUTH');
  });

  it('is noted to be compared where that goes on, so that no position waits for it, nor a restart reads all once more', async () => {
    const noted = () =>
      world.a.local
        .collection<{ _id: string; stale?: string[] }>('_sync_metadata')
        .findOne({ _id: 'pauses' });
    await waitFor(async () => (await noted())?.stale?.includes('items'), {
      what: 'the note',
      timeoutMs: 20_000,
    });
    await a.end();
    await openBranch();
    await expectOthersToTravel('after a restart');
    expect(await here(1)).toMatchObject({ name: 'known' });
    await waitFor(() => a.sync.status().lastError?.code === 'SYNC_CONN_AUTH', {
      what: 'it to be told again',
    });
  });

  it('agrees everywhere once the right has come back, and nobody has done anything', async () => {
    answer = () => null;
    await expectWell();
    await waitFor(async () => (await here(100)) && (await here(1))?.name === 'edited there', {
      what: 'the foreign edits to arrive',
    });
    const b = await world.b.open();
    b.mongoose.model<Item>('Other', new b.mongoose.Schema<Item>({ name: String, n: Number }));
    await b.sync.start();
    await world.equal('items');
    await world.equal('others');
    expect((await here(2))?.name).toBe('edited here');
    await b.end();
  });
});

describe('a document that cannot be pushed, and that pull has to bring on top of a foreign edit', () => {
  const isPoison = (operation: AnyBulkWriteOperation): boolean => {
    const stored =
      'replaceOne' in operation
        ? operation.replaceOne.replacement
        : 'insertOne' in operation && operation.insertOne.document;
    return stored instanceof Map && stored.get('name') === 'poison';
  };

  const baseOf = async (): Promise<Binary> => {
    const found = await world.a.local.collection('items').findOne({ n: 5 });
    return (found?.['_syncMeta'] as { readonly stamp: Binary }).stamp;
  };

  it('breaks no connection, holds up nothing else, and arrives once it can be pushed', async () => {
    stateChangeCount = 0;
    answer = (_collection, operations) => (operations.some(isPoison) ? new TypeError('poison') : null);
    await a.Item.updateOne({ n: 5 }, { name: 'poison' });
    await waitFor(() => a.sync.status().lastError?.code === 'SYNC_WRITE_UNCERTAIN', { what: 'its failure' });
    const before = await baseOf();
    const { insertedId } = await world.atlas.collection('items').insertOne({ name: 'behind it' });
    await world.atlas.collection('items').updateOne({ n: 5 }, { $set: { name: 'edited there' } });
    await a.Item.updateOne({ n: 5 }, { tags: ['later'] });
    await waitFor(async () => !Buffer.from(before.buffer).equals((await baseOf()).buffer), {
      what: 'pull to rebase it',
    });
    await waitFor(() => a.Item.exists({ _id: insertedId }), { what: 'what came behind it' });
    await expectOthersToTravel('beside it');
    expect(stateChangeCount).toBe(0);
    answer = () => null;
    await expectWell();
    expect(await world.atlas.collection('items').findOne({ n: 5 })).toMatchObject({ name: 'poison' });
  });
});
