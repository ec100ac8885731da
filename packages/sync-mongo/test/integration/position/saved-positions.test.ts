import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient, Timestamp } from 'mongodb';
import { LocalPositionStore } from '../../../src/local-stream/local-position-store.js';
import { PositionStore } from '../../../src/position/position-store.js';

const identity = { instanceId: 'a', clusterId: 'c', dbName: 'bomba', pipelineHash: 'p' } as const;

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db('positions');
});
beforeEach(async () => db.dropDatabase());
afterAll(async () => {
  await client.close();
  await databases.stop();
});

/** A position as one holder of the lease saves it, and what is found then. */
interface Saved {
  readonly save: (epoch: number, token: string) => Promise<void>;
  readonly load: () => Promise<unknown>;
}

function ofAtlas(): Saved {
  const positions = new PositionStore(db);
  return {
    save: (epoch, token) => positions.save({ ...identity, token }, { epoch, now: 0 }),
    load: async () => (await positions.load())?.token,
  };
}

function ofLocal(): Saved {
  const positions = new LocalPositionStore(db);
  return {
    save: (epoch, token) => positions.save({ instanceId: 'a', epoch, token }),
    load: () => positions.load('a'),
  };
}

describe.each([
  ["Atlas' stream", ofAtlas],
  ["Local's stream", ofLocal],
])('a position in %s', (_, open) => {
  it('is saved anew by its holder, and by a later one', async () => {
    const { save, load } = open();
    for (const [epoch, token] of [
      [1, 'first'],
      [1, 'second'],
      [2, 'third'],
    ] as const) {
      await save(epoch, token);
      expect(await load()).toBe(token);
    }
  });

  it('is not put back by a holder of the past, whose request comes late', async () => {
    const { save, load } = open();
    await save(2, 'of the present');
    await save(1, 'of the past');
    expect(await load()).toBe('of the present');
  });
});

describe('what is to become a position', () => {
  it('is not taken for one as a holder of the past saves its own: the comparison has yet to end', async () => {
    const positions = new PositionStore(db);
    await positions.save({ ...identity, token: 'of the past' }, { epoch: 1, now: 0 });
    const opening = { ...identity, token: null, openedAt: new Timestamp({ t: 1, i: 1 }), runId: 'run' };
    await positions.begin(opening, { epoch: 2, now: 0 });
    await positions.save({ ...identity, token: 'of the past, later' }, { epoch: 1, now: 0 });
    expect(await positions.load()).toMatchObject({ token: null, runId: 'run' });
    await positions.save({ ...identity, token: 'of the present' }, { epoch: 2, now: 0 });
    expect(await positions.load()).toMatchObject({ token: 'of the present', runId: null });
  });
});
