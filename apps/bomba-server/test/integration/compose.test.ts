import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Databases, startDatabases, waitFor } from '@bomba/sync-testkit';
import { type RunningServer, startServer } from '../../src/compose.js';
import { MongoClient } from 'mongodb';
import { createClient } from '../support/client.js';

let databases: Databases;
const servers: RunningServer[] = [];
beforeAll(async () => {
  databases = await startDatabases({ branches: ['cairo', 'giza'] });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => databases.stop());

async function open(branch: number, name: string): Promise<RunningServer> {
  const server = await startServer({
    PORT: '0',
    LOG_LEVEL: 'error',
    BOMBA_BRANCH: name,
    BOMBA_OPEN_API: 'true',
    LOCAL_MONGODB_URI: databases.branches[branch]?.uri,
    ATLAS_MONGODB_URI: databases.atlas.uri,
  });
  servers.push(server);
  return server;
}

async function storedPasswords(uri: string): Promise<readonly unknown[]> {
  const client = await MongoClient.connect(uri);
  const users = await client.db().collection('users').find().toArray();
  await client.close();
  return users.map(({ password }): unknown => password);
}

describe('startServer', () => {
  it('runs two branches in one process, which share what they write and keep their own numbers', async () => {
    const [cairo, giza] = [await open(0, 'CAI'), await open(1, 'GIZ')];
    const [inCairo, inGiza] = [createClient(cairo.url), createClient(giza.url)];
    await inCairo.post('/api/orders', { table: '4' });
    await inGiza.post('/api/orders', { table: '7' });
    for (const api of [inCairo, inGiza]) {
      const both = await waitFor(
        async () => {
          const orders = await api.list('/api/orders');
          return orders.length === 2 && orders;
        },
        { what: 'both orders to be at both branches', timeoutMs: 20_000 },
      );
      expect(both.map(({ number }) => String(number).slice(0, 4)).sort()).toEqual(['CAI-', 'GIZ-']);
    }
  });

  it('keeps the hash of a password the same at every branch', async () => {
    const [cairo, giza] = [await open(0, 'CAI'), await open(1, 'GIZ')];
    const user = { username: 'salma', name: 'سلمى', password: 'a-long-password' };
    const { body } = await createClient(cairo.url).post('/api/users', user);
    const path = `/api/users/${String(body._id)}`;
    await waitFor(async () => (await createClient(giza.url).get(path)).status === 200, {
      what: 'the user to arrive',
      timeoutMs: 20_000,
    });
    const changed = await createClient(giza.url).patch(path, { role: 'manager' });
    expect(changed.status).toBe(200);
    await waitFor(async () => (await createClient(cairo.url).get(path)).body.role === 'manager', {
      what: 'the change to come back',
      timeoutMs: 20_000,
    });
    const uris = [...databases.branches, databases.atlas].map(({ uri }) => uri);
    const [first, ...others] = await Promise.all(uris.map(storedPasswords));
    expect(first).toEqual([expect.stringMatching(/^\$2[aby]\$/)]);
    expect(others).toEqual([first, first]);
  });
});
