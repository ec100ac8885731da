import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { Binary, type Document, UUID } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  for (const { sync } of [a, b]) await sync.start();
});
afterAll(async () => world.stop());

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
}

/** What a foreign hand may leave where the metadata was. */
const garbage: readonly (readonly [string, unknown])[] = [
  ['a text', 'x'],
  ['null', null],
  ['a list', [{ stamp: new UUID() }]],
  ['a number', 7],
  ['an empty document', {}],
  ['a stamp of another type', { stamp: 'not a stamp', digest: 5, version: 'many' }],
  ['a stamp that is too short', { stamp: new Binary(Buffer.from([1, 2, 3]), Binary.SUBTYPE_UUID) }],
  ['names that are operators', { $set: { stamp: 1 } }],
];

describe('metadata that a foreign hand has spoiled', () => {
  it.each(garbage)(
    'on Atlas, by %s: the document is taken for a foreign one, and all goes on',
    async (_, meta) => {
      const item = await a.Item.create({ name: 'sound' });
      await rest();
      const spoil = { $set: { name: 'spoiled', _syncMeta: meta } } as Document;
      await world.atlas.collection('items').updateOne({ _id: item._id }, spoil);
      await waitFor(async () => (await b.Item.findById(item._id).lean())?.name === 'spoiled', {
        what: 'it to arrive',
      });
      await a.Item.updateOne({ _id: item._id }, { name: 'edited since' });
      await rest();
      expect(await b.Item.findById(item._id).lean()).toMatchObject({ name: 'edited since' });
    },
  );

  it.each(garbage)('on Local, by %s: the write is found, and all goes on', async (_, meta) => {
    const item = await a.Item.create({ name: 'sound' });
    await rest();
    const spoil = { $set: { name: 'spoiled', _syncMeta: meta } } as Document;
    await world.a.local.collection('items').updateOne({ _id: item._id }, spoil);
    await a.sync.fullSync();
    await rest();
    // Of a write whose time is not known, as where only a comparison finds it, the other stands; then this one is kept.
    const [found, kept] = [await b.Item.findById(item._id).lean(), await b.sync.conflicts.list()];
    const isKept = kept.some(({ documentId }) => documentId.endsWith(String(item._id)));
    expect(found?.name === 'spoiled' || isKept).toBe(true);
    await b.Item.updateOne({ _id: item._id }, { name: 'edited since' });
    await rest();
    expect(await a.Item.findById(item._id).lean()).toMatchObject({ name: 'edited since' });
  });

  it("on Atlas, by a branch's own marks, as a dump of its Local brings them there", async () => {
    const item = await a.Item.create({ name: 'sound' });
    await rest();
    const marks = { $set: { '_syncMeta.dirty': new UUID(), '_syncMeta.held': new UUID() } };
    await world.atlas.collection('items').updateOne({ _id: item._id }, marks);
    await waitFor(
      async () => {
        const found = await world.atlas.collection('items').findOne({ _id: item._id });
        const meta = found?.['_syncMeta'] as Document;
        return !('dirty' in meta) && !('held' in meta);
      },
      { what: 'the marks to go' },
    );
    await a.Item.updateOne({ _id: item._id }, { name: 'edited since' });
    await rest();
    expect(await b.Item.findById(item._id).lean()).toMatchObject({ name: 'edited since' });
  });
});
