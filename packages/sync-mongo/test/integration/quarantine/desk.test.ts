import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type QuarantinedDocument } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { Double, Long, type ObjectId } from 'mongodb';
import { type Model } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

interface Order {
  _id: ObjectId;
  number: string;
  paid?: unknown;
}

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let Orders: Model<Order>;
let round = 0;

beforeAll(async () => {
  world = await startTwoBranches(['items', 'orders']);
  // Only Atlas holds that numbers are unique: what it refuses then stays where it was written.
  await world.atlas.collection('orders').createIndexes([{ key: { number: 1 }, unique: true }]);
  [a, b] = [await world.a.open(), await world.b.open()];
  [Orders] = [a, b].map(({ mongoose }) =>
    mongoose.model<Order>('Order', new mongoose.Schema<Order>({ number: String, paid: {} })),
  ) as [Model<Order>, Model<Order>];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

const isWaiting = async (collection = 'orders'): Promise<readonly QuarantinedDocument[]> =>
  a.sync.quarantine.list({ collection });
const toBeEmpty = (): Promise<unknown> =>
  waitFor(async () => (await isWaiting()).length === 0, { what: 'the quarantine to be empty' });
const ref = (_id: unknown) => ({ collection: 'orders', _id: _id as ObjectId });

describe('an order whose number another one has on Atlas', () => {
  let taken: string;
  let refused: ObjectId;
  let entry: QuarantinedDocument;

  beforeEach(async () => {
    taken = `number ${++round}`;
    await Orders.create({ number: taken }).then((first) => a.sync.synced(ref(first._id)));
    const paid = [new Double(1), Long.fromBigInt(2n ** 60n + 1n), new Double(-0)];
    const second = await Orders.create({ number: taken, paid });
    refused = second._id;
    expect(await a.sync.synced(ref(refused))).toBe('quarantined');
    [entry] = (await isWaiting()) as [QuarantinedDocument];
  });

  it('waits with its bytes, its attempts and the time of the first one', async () => {
    expect(entry).toMatchObject({ code: 'SYNC_WRITE_UNIQUE', direction: 'local-to-atlas', attemptCount: 1 });
    expect(entry.byteCount).toBeGreaterThan(30);
    await a.sync.quarantine.discard(entry.id);
  });

  it('is out of quarantine by itself once a newer write got through', async () => {
    await Orders.updateOne({ _id: refused }, { number: `${taken} corrected` });
    expect(await a.sync.synced(ref(refused))).toBe('applied');
    await toBeEmpty();
  });

  it('is out of quarantine by itself once it is deleted', async () => {
    await Orders.deleteOne({ _id: refused });
    await toBeEmpty();
  });

  it('stays there where a retry is refused again, and counts the attempt', async () => {
    await a.sync.quarantine.retry(entry.id);
    await waitFor(async () => (await isWaiting())[0]?.attemptCount === 2, { what: 'a second attempt' });
    expect((await isWaiting())[0]?.firstAtMs).toBe(entry.firstAtMs);
    await a.sync.quarantine.discard(entry.id);
  });

  it('is stored by itself once the other one is gone', async () => {
    await Orders.deleteOne({ number: taken, _id: { $ne: refused } });
    await toBeEmpty();
    expect(await world.atlas.collection<Order>('orders').findOne({ _id: refused })).not.toBeNull();
  });

  it('is stored as it was edited, with the exact types of what was left as it was', async () => {
    const shown = JSON.stringify(await a.sync.quarantine.get(entry.id));
    const { document } = JSON.parse(shown) as { document: Record<string, unknown> };
    await a.sync.quarantine.edit(entry.id, { ...document, number: `${taken} edited` });
    expect(await a.sync.synced(ref(refused))).toBe('applied');
    expect(await isWaiting()).toEqual([]);
    const options = { promoteValues: false };
    const stored = await world.atlas.collection<Order>('orders').findOne({ _id: refused }, options);
    expect(stored).toMatchObject({
      number: `${taken} edited`,
      paid: [new Double(1), Long.fromBigInt(2n ** 60n + 1n), new Double(-0)],
    });
  });

  it('leaves Local where it is discarded and Atlas has none, no deletion is made of it, and it can be restored', async () => {
    await a.sync.quarantine.discard(entry.id);
    expect(await isWaiting()).toEqual([]);
    expect(await Orders.findById(refused)).toBeNull();
    const kept = (await a.sync.conflicts.list({ collection: 'orders' })).find(({ documentId }) =>
      documentId.includes(String(refused)),
    );
    expect(kept).toMatchObject({ loser: 'local', reason: 'chosen' });
    await a.sync.idle();
    const tombstones = world.atlas.collection<{ _id: string }>('_sync_tombstones');
    expect(await tombstones.countDocuments({ documentId: { $regex: String(refused) } })).toBe(0);
    await a.sync.conflicts.restore(kept?.id ?? '');
    expect(await Orders.findById(refused).lean()).toMatchObject({ number: taken });
    await Orders.deleteOne({ _id: refused });
    await toBeEmpty();
  });

  it("takes Atlas' version where a change of it is discarded, and keeps the change", async () => {
    await Orders.updateOne({ _id: refused }, { number: `${taken} sound` });
    expect(await a.sync.synced(ref(refused))).toBe('applied');
    await Orders.updateOne({ _id: refused }, { number: taken });
    expect(await a.sync.synced(ref(refused))).toBe('quarantined');
    await a.sync.quarantine.discard(entry.id);
    expect(await Orders.findById(refused).lean()).toMatchObject({ number: `${taken} sound` });
    const kept = await a.sync.conflicts.list({ collection: 'orders', limit: 1 });
    const { document } = (await a.sync.conflicts.get(kept[0]?.id ?? '')) as { document: unknown };
    expect(document).toMatchObject({ number: taken });
    await world.equal('orders');
  });
});
