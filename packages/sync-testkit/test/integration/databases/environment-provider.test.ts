import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { environmentProvider } from '../../../src/databases/environment/environment-provider.js';
import { type DatabaseRequest, type Preparation } from '../../../src/databases/provider.js';
import { type Databases, startDatabases } from '../../../src/index.js';
import { atlasSeat, branchSeat, fakeRequest } from '../../unit/databases/fake-request.js';

describe('a deployment given in the environment', () => {
  let given: Databases;
  beforeAll(async () => {
    given = await startDatabases({
      branches: 1,
      dbName: 'shop',
      topology: 'standalone',
      onProgress: () => undefined,
    });
  });
  afterAll(() => given.stop());

  const seats = [branchSeat, { ...branchSeat, name: 'b' }, atlasSeat];
  const standalones = seats.map((seat) => ({
    ...seat,
    ...(seat.side === 'local' && { topology: 'standalone' as const }),
  }));
  const prepare = (request: Partial<DatabaseRequest>): Promise<Preparation> => {
    const uris = { LOCAL_MONGODB_URI: given.branches[0]?.uri, ATLAS_MONGODB_URI: given.atlas.uri };
    const provider = environmentProvider({ ...uris, BOMBA_USE_ENV_DATABASES: '1' });
    return provider.prepare(fakeRequest(request), () => undefined);
  };
  const available = async (
    request: Partial<DatabaseRequest>,
  ): Promise<Extract<Preparation, { available: true }>> => {
    const preparation = await prepare(request);
    if (!preparation.available) throw new Error(preparation.reason);
    return preparation;
  };

  it('serves tests with databases of their own, dropped at the end', async () => {
    const preparation = await available({ seats: standalones });
    const servers = await Promise.all(standalones.map((seat) => preparation.open(seat)));
    const client = new MongoClient(given.branches[0]?.uri ?? '');
    const names = async (): Promise<string[]> =>
      (await client.db('admin').admin().listDatabases()).databases.map(({ name }) => name);
    try {
      await client.db('shop').collection('precious').insertOne({});
      const ours = servers.map(({ uri }) => new URL(uri).pathname.slice(1));
      expect(new Set(ours).size).toBe(3);
      await client.db(ours[0]).collection('things').insertOne({});
      expect(await names()).toEqual(expect.arrayContaining([ours[0], 'shop']));
      await Promise.all(servers.map((server) => server.dispose()));
      expect(await names()).toContain('shop');
      expect(await names()).not.toContain(ours[0]);
    } finally {
      await client.close();
    }
  });

  it('uses the databases that the URIs name where data is kept, one for each branch', async () => {
    const preparation = await available({ seats: standalones, keepData: true });
    const servers = await Promise.all(standalones.map((seat) => preparation.open(seat)));
    expect(servers.map(({ uri }) => new URL(uri).pathname)).toEqual(['/shop_a', '/shop_b', '/shop']);
    expect(servers[2]).toMatchObject({ host: given.atlas.host, port: given.atlas.port, running: true });
  });

  it('is left alone where it does not have the topology that is wanted', async () => {
    expect(await prepare({ seats })).toMatchObject({
      available: false,
      reason: 'LOCAL_MONGODB_URI is a standalone, not a replicaSet',
    });
  });

  it('is not ours to stop, start or kill', async () => {
    const server = await (await available({ seats: [atlasSeat], keepData: true })).open(atlasSeat);
    for (const order of ['stop', 'start', 'kill'] as const) {
      await expect(server[order]()).rejects.toThrow(
        'the server of "atlas" is a given one and not ours to stop',
      );
    }
  });
});
