import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lowestStamp } from '@bomba/sync-core';
import { type BranchDatabases, CONTRACT_NOW_MS, stampAt, startDatabases } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { NoteSweep } from '../../../src/engine/note-sweep.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';
import { collections, documentIn } from './stored-document.js';

const WAITING_COUNT = 25;
const LATER_MS = 3_600_000;

let databases: BranchDatabases;
let client: MongoClient;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  await ensureLocalState(client.db(), collections);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

describe('notes of pushes that failed', () => {
  it('are forgotten once nothing of their keys waits, however many others wait before them', async () => {
    const db = client.db();
    let nowMs = CONTRACT_NOW_MS;
    const context = {
      ...{ db, instanceId: 'instance-a', collections: () => collections, now: () => nowMs },
      nextId: () => lowestStamp(randomBytes(16)),
      savePosition: async () => undefined,
    };
    const local = new MongoLocalSide(context);
    const note = (name: string, number: number) => {
      const versions = [{ key: documentIn(collections[0], number, '').key, stamp: stampAt(number) }];
      return local.run({ side: 'local', op: 'noteSent', note: name, versions, latest: stampAt(number) });
    };
    for (let number = 1; number <= WAITING_COUNT; number++) {
      await db.collection(collections[0]).insertOne({
        ...{ _id: number as never, _syncMeta: { dirty: toBinary(stampAt(number)) } },
      });
      await note(`a-${number}`, number);
    }
    await note('b', 1_000);
    nowMs += LATER_MS;

    const sweep = new NoteSweep({ context, local });
    await sweep.sweep();
    await sweep.sweep();
    const left = await db
      .collection<{ _id: string }>(stateCollections.metadata)
      .find({ _id: /^sent:/ })
      .toArray();
    expect(left).toHaveLength(WAITING_COUNT);
    expect(left.map(({ _id }) => _id)).not.toContain('sent:b');
  });
});
