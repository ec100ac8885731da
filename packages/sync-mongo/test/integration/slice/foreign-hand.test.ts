import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Document, Long, ObjectId } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

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

const foreignly = (): ReturnType<TwoBranches['atlas']['collection']> => world.atlas.collection('items');

async function everywhere(_id: unknown, content: Document | null): Promise<void> {
  for (const { Item } of [a, b]) {
    await waitFor(
      async () => {
        const found = await Item.findById(_id).lean();
        return content === null ? found === null : found !== null && found.name === content['name'];
      },
      { what: `${JSON.stringify(content)} to arrive` },
    );
  }
  await world.equal();
}

describe('a write on Atlas that did not go through bomba-sync', () => {
  it('arrives on all branches, unknown fields and BSON types included', async () => {
    const _id = new ObjectId();
    await foreignly().insertOne({ _id, name: 'foreign', n: Long.fromNumber(5), 10: 'ten', 9: { $odd: 1 } });
    await everywhere(_id, { name: 'foreign' });
    await foreignly().updateOne({ _id }, { $set: { name: 'edited' } });
    await everywhere(_id, { name: 'edited' });
    await foreignly().replaceOne({ _id }, { name: 'replaced' });
    await everywhere(_id, { name: 'replaced' });
    await foreignly().deleteOne({ _id });
    await everywhere(_id, null);
  });

  it('is given a version once, however many branches see it', async () => {
    const _id = new ObjectId();
    const stream = world.atlas.collection('items').watch();
    const kinds: string[] = [];
    stream.on('change', (event) => {
      if ('documentKey' in event && _id.equals(event.documentKey._id)) kinds.push(event.operationType);
    });
    await waitFor(() => stream.resumeToken != null, { what: 'the stream to be open' });
    await foreignly().insertOne({ _id, name: 'foreign' });
    await everywhere(_id, { name: 'foreign' });
    await foreignly().updateOne({ _id }, { $set: { name: 'edited' } });
    await everywhere(_id, { name: 'edited' });
    for (const { sync } of [a, b]) await sync.idle();
    await foreignly().deleteOne({ _id });
    await waitFor(() => kinds.includes('delete'), { what: 'the end of it' });
    await stream.close();
    expect(kinds).toEqual(['insert', 'update', 'update', 'update', 'delete']);
  });

  it('is edited by a branch like any other document', async () => {
    const _id = new ObjectId();
    await foreignly().insertOne({ _id, name: 'foreign', unknown: { nested: [1, 2] } });
    await everywhere(_id, { name: 'foreign' });
    await b.Item.updateOne({ _id }, { name: 'ours' });
    await everywhere(_id, { name: 'ours' });
    expect(await foreignly().findOne({ _id })).toMatchObject({ unknown: { nested: [1, 2] } });
  });

  it('is no echo where it puts a whole document back, metadata and all', async () => {
    const item = await a.Item.create({ name: 'as an editor found it' });
    await everywhere(item._id, { name: 'as an editor found it' });
    await a.sync.idle();
    const found = await foreignly().findOne({ _id: item._id });
    await foreignly().replaceOne(
      { _id: item._id },
      { ...found, _id: item._id, name: 'as an editor left it' },
    );
    await everywhere(item._id, { name: 'as an editor left it' });
  });

  it('deletes what bomba-sync wrote, and the last known state is kept', async () => {
    const item = await a.Item.create({ name: 'deleted by hand' });
    await everywhere(item._id, { name: 'deleted by hand' });
    await foreignly().deleteOne({ _id: item._id });
    await everywhere(item._id, null);
    const conflicts = await waitFor(
      async () => {
        const kept = (await b.sync.conflicts.list()).filter(({ documentId }) =>
          documentId.endsWith(String(item._id)),
        );
        return kept.length > 0 ? kept : null;
      },
      { what: 'the copy to arrive' },
    );
    expect(conflicts[0]).toMatchObject({ reason: 'unexplained-deletion' });
    const kept = await b.sync.conflicts.get(conflicts[0]?.id ?? '');
    expect(kept?.document).toMatchObject({ name: 'deleted by hand' });
  });

  it('gets a version of its own, of foreign origin', async () => {
    const _id = new ObjectId();
    await foreignly().insertOne({ _id, name: 'sealed' });
    await everywhere(_id, { name: 'sealed' });
    const meta = (await foreignly().findOne({ _id }))?.['_syncMeta'];
    expect(meta).toMatchObject({ origin: 'atlas' });
    expect(meta).not.toHaveProperty('instanceId');
    expect(meta).not.toHaveProperty('dirty');
  });
});
