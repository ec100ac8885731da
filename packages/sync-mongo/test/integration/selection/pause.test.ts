import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { keptStates } from './kept-states.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const PULL = { direction: 'atlas-to-local' } as const;
const ITEMS = { ...PULL, collection: 'items' } as const;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open({ tombstones: { foreignDeleteGraceMs: 2_000 } })];
  await a.sync.start();
  await b.sync.start();
});
beforeEach(async () => {
  for (const { sync } of [a, b]) {
    await sync.resume();
    await sync.idle();
  }
});
afterAll(async () => world.stop());

const notes = (db: Db) => db.collection<Document & { readonly _id: string }>('_sync_metadata');
const position = () => notes(world.b.local).findOne({ _id: 'atlas-change-stream-token' });

/** Items that both branches have. */
async function items(...names: readonly string[]): Promise<readonly unknown[]> {
  const made = await a.Item.create(names.map((name) => ({ name })));
  for (const { sync } of [a, b]) await sync.idle();
  expect(await b.Item.countDocuments({ _id: { $in: made } })).toBe(names.length);
  return made.map(({ _id }) => _id);
}

async function restartB({ foreignDeleteGraceMs = 2_000 } = {}): Promise<void> {
  await b.end();
  b = await world.b.open({ tombstones: { foreignDeleteGraceMs } });
  await b.sync.start();
  await waitFor(() => b.sync.status().pushOpen, { what: 'push to open' });
}

describe('a collection whose pull is paused', () => {
  it('gets all that was passed over, also where sync had to compare both sides meanwhile', async () => {
    const [edited, deleted] = await items('edited', 'deleted');
    await b.sync.pause(ITEMS);
    await b.sync.stop();
    await a.Item.updateOne({ _id: edited }, { name: 'edited while paused' });
    await a.Item.deleteOne({ _id: deleted });
    const created = await a.Item.create({ name: 'created while paused' });
    await a.sync.idle();
    await notes(world.b.local).deleteOne({ _id: 'atlas-change-stream-token' });
    await restartB();
    await b.sync.idle();
    expect(await b.Item.findById(edited).lean()).toMatchObject({ name: 'edited' });
    expect(await b.Item.countDocuments({ _id: { $in: [deleted, created._id] } })).toBe(1);

    await b.sync.resume(ITEMS);
    await b.sync.idle();
    await world.equal();
    expect(await b.Item.exists({ _id: created._id })).not.toBeNull();
  });

  it('keeps what beats a write of this branch, over a restart too, and both branches end equal', async () => {
    const [item] = await items('contested');
    await b.sync.pause(ITEMS);
    await b.sync.pause({ direction: 'local-to-atlas' });
    await b.Item.updateOne({ _id: item }, { name: 'of the paused branch' });
    await a.Item.updateOne({ _id: item }, { name: 'of the other branch', n: 1 });
    await a.sync.idle();
    await restartB();
    await b.sync.resume({ direction: 'local-to-atlas' });
    expect(await b.sync.synced({ collection: 'items', _id: item })).toBe('applied');
    expect(await world.atlas.collection('items').findOne({ _id: item } as Document)).toMatchObject({
      name: 'of the paused branch',
    });
    await b.sync.resume();
    for (const { sync } of [a, b]) await sync.idle();
    await world.equal();
    expect(await keptStates(b)).toContainEqual(expect.objectContaining({ name: 'of the other branch' }));
  });

  it('does not forget a change that waited for something when it was paused', async () => {
    const [item] = await items('to be deleted by hand');
    await a.sync.stop();
    await world.atlas.collection('items').deleteOne({ _id: item } as Document);
    await b.sync.idle(); // the deletion has been seen, and waits for a tombstone
    expect(await b.Item.exists({ _id: item })).not.toBeNull();
    await b.sync.pause(ITEMS);
    const token = async (): Promise<string> => JSON.stringify((await position())?.['token']);
    const before = await token();
    const passesOver = async (): Promise<boolean> => {
      await world.atlas.collection('items').insertOne({ name: 'passed over' });
      return (await token()) !== before;
    };
    await waitFor(passesOver, { what: 'the position to move on', everyMs: 200 });
    expect(await b.Item.exists({ _id: item })).not.toBeNull();
    await b.sync.resume(ITEMS);
    await waitFor(async () => (await b.Item.exists({ _id: item })) === null, { what: 'the deletion' });
    await a.end();
    a = await world.a.open();
    await a.sync.start();
    await world.equal();
  });

  it('loses what a foreign hand deleted on Atlas meanwhile, also where its process ends before that is sure', async () => {
    const [edited, deleted] = await items('edited', 'deleted');
    await b.sync.pause(ITEMS);
    await restartB({ foreignDeleteGraceMs: 3_600_000 });
    await a.sync.stop();
    const onAtlas = world.atlas.collection('items');
    await onAtlas.deleteOne({ _id: deleted } as Document);
    await onAtlas.updateOne({ _id: edited } as Document, { $set: { name: 'edited while paused' } });
    const passed = await position();
    await waitFor(async () => (await position())?.['token'] !== passed?.['token'], {
      what: 'the events to be passed',
    });
    await b.sync.resume(ITEMS);
    await waitFor(async () => (await b.Item.findById(edited).lean())?.name === 'edited while paused', {
      what: 'the comparison',
    });
    const later = await onAtlas.insertOne({ name: 'later' });
    await waitFor(() => b.Item.exists({ _id: later.insertedId }), { what: 'a later change' });
    await restartB();
    await waitFor(async () => (await b.Item.countDocuments({ _id: deleted })) === 0, {
      what: 'the deletion',
    });
    await a.sync.start();
    for (const { sync } of [a, b]) await sync.idle();
    await world.equal();
  });

  it('gets all that was passed over where the operator has it synced anew', async () => {
    const [edited] = await items('edited');
    await b.sync.pause(PULL);
    await a.Item.updateOne({ _id: edited }, { name: 'edited while paused' });
    await a.sync.idle();
    await b.sync.idle();
    await b.sync.resync({ collections: ['items'] });
    await b.sync.resume();
    await b.sync.idle();
    expect(await b.Item.findById(edited).lean()).toMatchObject({ name: 'edited while paused' });
    await world.equal();
  });

  it('lets the later write win where the operator has it synced anew, whichever side wrote it', async () => {
    const [later, earlier, deleted] = await items('later there', 'later here', 'deleted here');
    await b.sync.pause({ collection: 'items' });
    await b.Item.updateOne({ _id: later }, { name: 'b' });
    await b.Item.deleteOne({ _id: deleted });
    await a.Item.updateOne({ _id: later }, { name: 'a' });
    await a.Item.updateOne({ _id: deleted }, { name: 'a' });
    await a.Item.updateOne({ _id: earlier }, { name: 'a' });
    await a.sync.idle();
    await b.Item.updateOne({ _id: earlier }, { name: 'b' });
    expect(await b.sync.resync({ collections: ['items'] })).toMatchObject({ state: 'completed' });
    expect(b.sync.status().paused).toEqual([]);
    for (const { sync } of [a, b]) await sync.idle();
    const names = await b.Item.find({ _id: { $in: [later, earlier, deleted] } }).lean();
    expect(names.map(({ name }) => name).toSorted()).toEqual(['a', 'a', 'b']);
    expect(await b.Item.findById(earlier).lean()).toMatchObject({ name: 'b' });
    await world.equal();
  });

  it('is compared by any process that resumes it, whichever models that one has', async () => {
    const [edited] = await items('edited');
    await b.sync.pause();
    await a.Item.updateOne({ _id: edited }, { name: 'edited while paused' });
    await a.sync.idle();
    const other = await world.b.open({ collections: { include: [] } });
    await other.sync.start();
    await other.sync.resume();
    await waitFor(async () => (await b.Item.findById(edited).lean())?.name === 'edited while paused', {
      what: 'the edit',
    });
    await other.end();
  });
});
