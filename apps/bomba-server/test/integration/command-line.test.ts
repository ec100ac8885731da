import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Databases, startDatabases, waitFor } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { createClient } from '../support/client.js';
import { type CommandEnding, runCommandLine } from '../support/run-command-line.js';
import { type ServerProcess, spawnServer } from '../support/spawn-server.js';

const key = 'a-key-that-is-long-enough';

let databases: Databases;
let server: ServerProcess;
let atlas: MongoClient;
let url: string;
let bombaSync: (...args: readonly string[]) => Promise<CommandEnding>;
beforeAll(async () => {
  databases = await startDatabases({ branches: 1 });
  atlas = await MongoClient.connect(databases.atlas.uri);
  await atlas.db().createCollection('products');
  server = spawnServer({
    LOCAL_MONGODB_URI: databases.branches[0]?.uri ?? '',
    ATLAS_MONGODB_URI: databases.atlas.uri,
    PORT: '0',
    SYNC_API_KEYS: key,
  });
  url = await server.ready;
  const environment = { BOMBA_SYNC_URL: `${url}/api/sync`, BOMBA_SYNC_API_KEY: key };
  bombaSync = (...args) => runCommandLine(environment, ...args);
});
afterAll(async () => {
  server.signal('SIGKILL');
  await server.ended;
  await atlas.close();
  await databases.stop();
});

/** What products Atlas takes from now on. */
const accept = (validator: object) => atlas.db().command({ collMod: 'products', validator });

interface Page {
  readonly items: readonly { readonly id: string }[];
}

const quarantine = async (): Promise<Page['items']> =>
  (JSON.parse((await bombaSync('quarantine', 'list', '--json')).stdout) as Page).items;

describe('the command line of a running server', () => {
  it('lists what Atlas refuses, shows it, and has it get through once the reason is gone', async () => {
    await accept({ price: { $lt: 1_000 } });
    await createClient(url, key).post('/api/products', { name: 'كركديه', price: 2_500 });
    await waitFor(async () => (await quarantine()).length === 1, {
      what: 'the product to be in quarantine',
      timeoutMs: 20_000,
    });
    const list = await bombaSync('quarantine', 'list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    const [, row = ''] = list.stdout.split('\n');
    expect(row).toContain('SYNC_WRITE_VALIDATION');
    const [id = ''] = row.split(' ');
    const shown = await bombaSync('quarantine', 'show', id);
    expect(shown.stdout).toContain('"name": "كركديه"');

    await accept({});
    expect(await bombaSync('quarantine', 'retry', id)).toMatchObject({ code: 0 });
    await waitFor(async () => (await quarantine()).length === 0, {
      what: 'the product to leave the quarantine',
      timeoutMs: 20_000,
    });
    expect(await atlas.db().collection('products').countDocuments({ name: 'كركديه' })).toBe(1);
    expect(await bombaSync('quarantine', 'retry', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('SYNC_NOT_FOUND'),
    });
  }, 60_000);

  it('corrects what is refused, by the file that it made of it', async () => {
    await accept({ price: { $lt: 1_000 } });
    await createClient(url, key).post('/api/products', { name: 'قهوة تركي', price: 4_500 });
    const [{ id }] = await waitFor(
      async () => {
        const [entry] = await quarantine();
        return entry && [entry];
      },
      { what: 'the product to be in quarantine', timeoutMs: 20_000 },
    );
    const { stdout } = await bombaSync('quarantine', 'show', id, '--document');
    const folder = await mkdtemp(join(tmpdir(), 'bomba-command-line-'));
    try {
      const file = join(folder, 'product.json');
      await writeFile(file, stdout.replace('4500', '450'));
      expect(await bombaSync('quarantine', 'edit', id, file)).toMatchObject({ code: 0, stderr: '' });
    } finally {
      await rm(folder, { recursive: true });
    }
    await waitFor(() => atlas.db().collection('products').countDocuments({ name: 'قهوة تركي', price: 450 }), {
      what: 'the corrected product to be on Atlas',
      timeoutMs: 20_000,
    });
    await waitFor(async () => (await quarantine()).length === 0, {
      what: 'the entry to go',
      timeoutMs: 20_000,
    });
    await accept({});
  }, 60_000);

  it('tells whether both sides are the same', async () => {
    const same = await bombaSync('full', '--dry-run');
    expect(same.stdout).toMatch(/^products +2 +0 +0/m);
    expect(same.stderr).toContain('full sync completed');
    expect(same.code).toBe(0);
    const runs = await bombaSync('runs', 'list');
    expect(runs.stdout).toMatch(/ completed +yes /);

    await bombaSync('pause', '--collection', 'products');
    await atlas.db().collection('products').insertOne({ name: 'شاي', price: 1 });
    const different = await bombaSync('full', '--dry-run', '--collections', 'products');
    expect(different.stdout).toMatch(/^products +3 +1 +0 +paused, missing-on-local 1/m);
    expect(different.code).toBe(4);
    await bombaSync('resume');
  }, 60_000);

  it('says how it is, switches a part off and on, and knows of no conflict', async () => {
    expect(await bombaSync('health')).toMatchObject({ code: 0, stderr: '' });
    const status = await bombaSync('status');
    expect(status.stdout).toMatch(/^state +running$/m);
    const paused = await bombaSync('pause', '--collection', 'products', '--direction', 'local-to-atlas');
    expect(paused.stdout).toMatch(/^products +local-to-atlas$/m);
    expect(await bombaSync('resume')).toMatchObject({ code: 0, stdout: 'Nothing is paused.\n' });
    expect(await bombaSync('conflicts', 'list')).toMatchObject({ code: 0, stdout: 'No conflict is kept.\n' });
  }, 60_000);

  it('is refused with a wrong key, and sends none over plain HTTP to another machine', async () => {
    const elsewhere = { BOMBA_SYNC_URL: `${url}/api/sync`, BOMBA_SYNC_API_KEY: 'another-key' };
    expect(await runCommandLine(elsewhere, 'quarantine', 'list')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('SYNC_API_UNAUTHENTICATED'),
    });
    expect((await bombaSync('--url', 'http://cairo.example', 'runs', 'list')).code).toBe(2);
    expect((await bombaSync('--url', 'http://127.0.0.1:9', 'runs', 'list')).code).toBe(3);
  });
});
