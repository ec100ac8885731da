import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createStamp,
  type DocumentKey,
  isSpreadStamp,
  type PushBatchResult,
  pushBatch,
  reconcile,
  type Stamp,
} from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type ClientSession } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { fromBinary, toBinary } from '../../../src/bson/stamp-binary.js';
import { type EngineWorld, openEngineWorld } from './engine-world.js';

const COUNT = 20;

let world: EngineWorld;
let application: ClientSession;
let keys: { readonly key: DocumentKey; readonly id: number }[];

beforeAll(async () => (world = await openEngineWorld()));
afterAll(async () => world.stop());
beforeEach(() => {
  application = world.local.client.startSession();
  keys = Array.from({ length: COUNT }, () => world.nextKey());
});
afterEach(async () => {
  if (application.inTransaction()) await application.abortTransaction();
  await application.endSession();
});

/** The transaction of the application writes one of the documents, and does not end. */
async function lock(id: number, dirty: Stamp): Promise<void> {
  application.startTransaction();
  const update = { $set: { text: 'of the transaction', '_syncMeta.dirty': toBinary(dirty) } };
  await world.local.collection('items').updateOne({ _id: id as never }, update, { session: application });
}

async function write(id: number, dirty = world.nextStamp()): Promise<void> {
  await world.local
    .collection('items')
    .insertOne({ _id: id as never, text: 'plain', _syncMeta: { dirty: toBinary(dirty) } });
}

async function dirtyCount(): Promise<number> {
  const ids = keys.map(({ id }) => id as never);
  return world.local
    .collection('items')
    .countDocuments({ _id: { $in: ids }, '_syncMeta.dirty': { $exists: true } });
}

function push(): Promise<PushBatchResult> {
  return world.run(
    pushBatch(
      world.context,
      keys.map(({ key }) => key),
    ),
  );
}

describe('a document that a transaction of the application holds', () => {
  it('waits by itself while the others of its batch are acknowledged, and goes on when it is free', async () => {
    for (const { id } of keys) await write(id);
    const [held] = keys;
    await lock(held?.id ?? 0, world.nextStamp());
    const { pushedCount, leftOver } = await push();
    expect({ pushedCount, leftOver }).toEqual({ pushedCount: COUNT - 1, leftOver: [held?.key] });
    expect(await dirtyCount()).toBe(1);
    expect(await world.run(reconcile(world.context, leftOver))).toMatchObject({ unsettled: leftOver });

    await application.commitTransaction();
    const isSettled = async (): Promise<boolean> =>
      (await world.run(reconcile(world.context, leftOver))).unsettled.length === 0;
    await waitFor(isSettled, { what: 'the document to be tried again' });
    expect(await dirtyCount()).toBe(0);
    const onAtlas = await world.atlas.collection('items').findOne({ _id: held?.id as never });
    expect(onAtlas).toMatchObject({ text: 'of the transaction' });
  });

  it('waits by itself where an aggregation gave it an id that it shares with the others', async () => {
    const random = new Uint8Array(16).fill(255);
    const spread = createStamp({ timeMs: 1_750_000_000_000, counter: 0, random, shared: 'spread' });
    for (const { id } of keys) await write(id, spread);
    const [held] = keys;
    await lock(held?.id ?? 0, world.nextStamp());
    const { pushedCount, leftOver } = await push();
    expect({ pushedCount, leftOver }).toEqual({ pushedCount: COUNT - 1, leftOver: [held?.key] });
    expect(await world.run(reconcile(world.context, leftOver))).toMatchObject({ unsettled: leftOver });

    await application.abortTransaction();
    const isSettled = async (): Promise<boolean> =>
      (await world.run(reconcile(world.context, leftOver))).unsettled.length === 0;
    await waitFor(isSettled, { what: 'the document to be tried again' });
    expect(await dirtyCount()).toBe(0);
    const onAtlas = await world.atlas.collection('items').findOne({ _id: held?.id as never });
    expect(onAtlas).toMatchObject({ text: 'plain' });
    const stamp = fromBinary(onAtlas?.['_syncMeta'].stamp);
    expect(stamp && isSpreadStamp(stamp)).toBe(false);
  });

  it('does not hold up what comes from Atlas', async () => {
    for (const { id } of keys) await write(id);
    await push();
    const [held] = keys;
    const stamps = new Map<DocumentKey, Stamp>();
    for (const { key, id } of keys) {
      const found = await world.local.collection('items').findOne({ _id: id as never });
      const stamp = fromBinary(found?.['_syncMeta'].stamp);
      if (stamp) stamps.set(key, stamp);
    }
    await lock(held?.id ?? 0, world.nextStamp());
    const documents = await world.localSide.run({
      side: 'local',
      op: 'readDocuments',
      entries: keys.map(({ key }) => key),
    });
    const entries = keys.map(({ key }, i) => {
      const body = documents[i]?.body ?? new Uint8Array();
      const info = { version: 2, conflictCount: 0, instanceId: 'another' };
      const expected = { stamp: stamps.get(key) ?? null, dirty: null, held: false };
      return { key, expected, state: { stamp: world.nextStamp(), body, digest: bodyDigest(body), info } };
    });
    const stored = await world.localSide.run({ side: 'local', op: 'store', entries });
    expect(stored).toEqual(keys.map(({ key }) => key !== held?.key));
  });
});
