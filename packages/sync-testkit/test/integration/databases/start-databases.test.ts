import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient, MongoServerError } from 'mongodb';
import { type BranchDatabases, type Databases, startDatabases, waitFor } from '../../../src/index.js';

const quiet = (): void => undefined;

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 500 });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
const insert = (uri: string, _id: number): Promise<unknown> =>
  withClient(uri, (client) => client.db().collection<{ _id: number }>('things').insertOne({ _id }));
const ids = (uri: string): Promise<number[]> =>
  withClient(uri, async (client) => {
    const found = await client.db().collection<{ _id: number }>('things').find().sort({ _id: 1 }).toArray();
    return found.map(({ _id }) => _id);
  });

describe('startDatabases', () => {
  let databases: Databases;
  const lines: string[] = [];
  beforeAll(async () => {
    databases = await startDatabases({
      branches: 2,
      onProgress: (line) => lines.push(line),
      syncOnCommit: true,
    });
  });
  afterAll(() => databases.stop());

  it('says at the end which provider it took, and for what it did not take the others', () => {
    expect(lines.at(-1)).toContain(`databases: using ${databases.provider}: `);
    expect(lines.filter((line) => line.startsWith('databases: not used, ')).length).toBe(
      ['environment', 'mongod', 'memory-server', 'secantus'].indexOf(databases.provider),
    );
  });

  it('gives each branch and Atlas a server of its own, with one database name', async () => {
    const { branches, atlas } = databases;
    expect(branches.map(({ name }) => name)).toEqual(['a', 'b']);
    const uris = [...branches.map(({ uri }) => uri), atlas.uri];
    expect(new Set(uris).size).toBe(3);
    await Promise.all(uris.map((uri, index) => insert(uri, index)));
    expect(await Promise.all(uris.map(ids))).toEqual([[0], [1], [2]]);
    for (const uri of uris) expect(new URL(uri)).toMatchObject({ pathname: '/bomba' });
  });

  it('opens change streams on every server', async () => {
    for (const { uri } of [...databases.branches, databases.atlas]) {
      await withClient(uri, async (client) => {
        const stream = client.db().watch();
        await stream.tryNext();
        await client.db().collection('heard').insertOne({ word: 'hello' });
        expect(await stream.next()).toMatchObject({
          operationType: 'insert',
          fullDocument: { word: 'hello' },
        });
        await stream.close();
      });
    }
  });

  it('gives each synced collection of a sandbox server one index, and does nothing on a mongod', async () => {
    const { atlas, provider } = databases;
    for (let time = 0; time < 2; time += 1) await atlas.provision(['provisioned', 'provisioned too']);
    const indexes = await withClient(atlas.uri, async (client) => {
      const found = await client
        .db()
        .listCollections({ name: /^provisioned/ })
        .toArray();
      return Promise.all(found.map(({ name }) => client.db().collection(name).indexes()));
    });
    const keys = indexes.map((ofOne) => ofOne.map(({ key }) => Object.entries(key)));
    const compareAndSet = ['_id', '_syncMeta.dirty', '_syncMeta.stamp', '_syncMeta.held'].map((field) => [
      field,
      1,
    ]);
    const provisioned = [[['_id', 1]], compareAndSet];
    expect(keys).toEqual(provider === 'secantus' ? [provisioned, provisioned] : []);
  });

  it('keeps address and data over stop and start', async () => {
    const [branch] = databases.branches;
    if (branch === undefined) throw new Error('there must be a branch');
    await insert(branch.uri, 10);
    const before = await ids(branch.uri);
    await branch.stop();
    expect(branch.running).toBe(false);
    await expect(ids(branch.uri)).rejects.toThrow('ECONNREFUSED');
    await branch.start();
    expect(branch.running).toBe(true);
    expect(await ids(branch.uri)).toEqual(before);
  });

  it('keeps acknowledged writes over kill and start', async () => {
    const { atlas } = databases;
    await insert(atlas.uri, 20);
    const before = await ids(atlas.uri);
    await atlas.kill();
    expect(atlas.running).toBe(false);
    await atlas.start();
    expect(await ids(atlas.uri)).toEqual(before);
  });

  it('does nothing when asked to stop or start twice', async () => {
    const [, branch] = databases.branches;
    if (branch === undefined) throw new Error('there must be a branch');
    await Promise.all([branch.start(), branch.start()]);
    await Promise.all([branch.stop(), branch.kill()]);
    await Promise.all([branch.start(), branch.start()]);
    expect(await ids(branch.uri)).toEqual([1]);
  });
});

describe('startDatabases for other deployments', () => {
  let databases: BranchDatabases | undefined;
  let directory: string | undefined;
  afterEach(async () => {
    await databases?.stop();
    if (directory) await rm(directory, { recursive: true, force: true });
    directory = undefined;
  });

  it('starts Locals as standalones that refuse change streams, beside an Atlas that does not', async () => {
    const started = await startDatabases({
      branches: ['shop'],
      topology: 'standalone',
      dbName: 'x',
      onProgress: quiet,
    });
    databases = started;
    const watch = (uri: string): Promise<unknown> =>
      withClient(uri, async (client) => client.db().watch().tryNext());
    const [shop] = started.branches;
    expect(shop).toMatchObject({ name: 'shop', uri: expect.stringContaining('/x?') });
    await expect(watch(shop?.uri ?? '')).rejects.toThrow(MongoServerError);
    await expect(watch(shop?.uri ?? '')).rejects.toMatchObject({ code: 40573 });
    expect(await watch(started.atlas.uri)).toBeNull();
  });

  it('starts without Atlas', async () => {
    databases = await startDatabases({ branches: 1, atlas: false, onProgress: quiet });
    expect(databases).not.toHaveProperty('atlas');
    expect(databases.branches).toHaveLength(1);
  });

  it('keeps data and addresses between runs in a directory that it is given', async () => {
    directory = await mkdtemp(join(tmpdir(), 'bomba-kept-'));
    const run = (): Promise<Databases> =>
      startDatabases({ branches: 1, dataDirectory: directory ?? '', onProgress: quiet });
    const first = await run();
    await insert(first.atlas.uri, 1);
    await first.stop();
    const second = await run();
    databases = second;
    expect(second.atlas.uri).toBe(first.atlas.uri);
    expect(await ids(second.atlas.uri)).toEqual([1]);
  });

  it('can be stopped again and again', async () => {
    const started = await startDatabases({ branches: 1, onProgress: quiet });
    await Promise.all([started.stop(), started.stop()]);
    await started.stop();
    expect([started.atlas.running, started.branches[0]?.running]).toEqual([false, false]);
  });

  it('serves many tests that start at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 4 }, () => startDatabases({ branches: 1, atlas: false, onProgress: quiet })),
    );
    const uris = all.map(({ branches }) => branches[0]?.uri ?? '');
    await Promise.all(uris.map((uri, index) => insert(uri, index)));
    expect(await Promise.all(uris.map(ids))).toEqual([[0], [1], [2], [3]]);
    await Promise.all(all.map((one) => one.stop()));
    await waitFor(() => all.every(({ branches }) => branches[0]?.running === false), {
      what: 'all to be down',
    });
  });
});
