import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let wires: readonly FaultProxy[];
let a: BranchProcess;
let b: BranchProcess;

/** Each branch has a wire of its own to Atlas. */
beforeAll(async () => {
  world = await startTwoBranches();
  const targetPort = world.databases.atlas.port;
  wires = await Promise.all([createFaultProxy({ targetPort }), createFaultProxy({ targetPort })]);
  [a, b] = [await started('a'), await started('b')];
});
afterAll(async () => {
  await world.stop();
  await Promise.all(wires.map((wire) => wire.close()));
});

async function started(branch: 'a' | 'b'): Promise<BranchProcess> {
  const wire = wires[branch === 'a' ? 0 : 1];
  const client = { serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500 };
  const process = await world[branch].open({ atlas: { uri: wire?.uri('bomba'), client } });
  await process.sync.start();
  return process;
}

function metadataOfB() {
  return world.b.local.collection<Document & { readonly _id: string }>('_sync_metadata');
}

const positionOfB = (): Promise<Document | null> =>
  metadataOfB().findOne({ _id: 'atlas-change-stream-token' });
const comparisonsOfB = (): Promise<number> => metadataOfB().countDocuments({ _id: { $regex: '^full' } });

describe('two devices and Atlas', () => {
  it('carry a document from one device to Atlas and the other, and its update back', async () => {
    const bill = await a.Item.create({ name: 'bill of device A', n: 1 });
    await waitFor(() => world.atlas.collection('items').findOne({ _id: bill._id }), { what: 'it on Atlas' });
    const onB = await waitFor(() => b.Item.findById(bill._id), { what: 'it on device B' });
    onB.n = 2;
    await onB.save();
    await waitFor(async () => (await a.Item.findById(bill._id).lean())?.n === 2, {
      what: 'the update on device A',
    });
    await world.equal();
  });

  it('settle a conflict of two devices that were offline: the last write wins on all', async () => {
    const bill = await a.Item.create({ name: 'open' });
    for (const { sync } of [a, b]) await sync.idle();
    await Promise.all(wires.map((wire) => wire.cut()));
    await a.Item.updateOne({ _id: bill._id }, { name: 'paid on device A' });
    const now = Date.now();
    await waitFor(() => Date.now() > now, { what: 'the next millisecond', everyMs: 1 });
    await b.Item.updateOne({ _id: bill._id }, { name: 'cancelled on device B' });
    await Promise.all(wires.map((wire) => wire.heal()));
    for (const { sync } of [a, b]) await sync.idle();
    await world.equal();
    for (const { Item } of [a, b]) {
      expect(await Item.findById(bill._id).lean()).toMatchObject({ name: 'cancelled on device B' });
    }
    const kept = (await a.sync.conflicts.list()).find(({ documentId }) =>
      documentId.endsWith(String(bill._id)),
    );
    expect((await b.sync.conflicts.get(kept?.id ?? ''))?.document).toMatchObject({
      name: 'paid on device A',
    });
  });

  it('take up the stream where a stopped application left it, and miss nothing that Atlas was given', async () => {
    const items = await a.Item.insertMany(['kept', 'edited', 'removed'].map((name) => ({ name })));
    for (const { sync } of [a, b]) await sync.idle();
    await b.end();
    const left = await positionOfB();
    const comparisonCount = await comparisonsOfB();
    expect(left?.['token']).toHaveProperty('_data');
    const onAtlas = world.atlas.collection('items');
    const [, edited, removed] = items;
    await onAtlas.updateOne({ _id: edited?._id } as Document, { $set: { name: 'edited on Atlas' } });
    await onAtlas.deleteOne({ _id: removed?._id } as Document);
    const { insertedId } = await onAtlas.insertOne({ name: 'inserted on Atlas' });
    b = await started('b');
    await waitFor(async () => (await b.Item.exists({ _id: removed?._id })) === null, {
      what: 'the deletion',
    });
    for (const { sync } of [a, b]) await sync.idle();
    await world.equal();
    // Without a position of use both sides would have been compared: so all of this came by the stream.
    expect(await comparisonsOfB()).toBe(comparisonCount);
    expect(b.sync.status().pull.appliedCount).toBeGreaterThanOrEqual(3);
    const hasMoved = async (): Promise<boolean> =>
      String((await positionOfB())?.['token']._data) !== String(left?.['token']._data);
    await waitFor(hasMoved, { what: 'the position to be behind it' });
    for (const { Item } of [a, b]) {
      expect(await Item.findById(edited?._id).lean()).toMatchObject({ name: 'edited on Atlas' });
      expect(await Item.findById(insertedId).lean()).toMatchObject({ name: 'inserted on Atlas' });
      expect(await Item.exists({ _id: removed?._id })).toBeNull();
    }
  });
});
