import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createFaultProxy,
  type Databases,
  type FaultProxy,
  startDatabases,
  waitFor,
} from '@bomba/sync-testkit';
import { createClient } from '../support/client.js';
import { type ServerProcess, spawnServer } from '../support/spawn-server.js';

const key = 'a-key-that-is-long-enough';
const unreachableAtlas = 'mongodb://bomba:canary-p4ss@127.0.0.1:9/bomba';

let databases: Databases;
const servers: ServerProcess[] = [];
let line: FaultProxy | undefined;
beforeAll(async () => {
  databases = await startDatabases({ branches: 10 });
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.signal('SIGKILL');
    await server.ended;
  }
  await line?.close();
  line = undefined;
});
afterAll(() => databases.stop());

let startedCount = 0;

/** A branch of its own for each server, so that none waits for the lease of one that was killed. */
function nextLocal(): string {
  const branch = databases.branches[startedCount];
  startedCount += 1;
  if (branch === undefined) throw new Error('start more branches');
  return branch.uri;
}

function start(environment: Record<string, string>): ServerProcess {
  const server = spawnServer({
    LOCAL_MONGODB_URI: environment['LOCAL_MONGODB_URI'] ?? nextLocal(),
    PORT: '0',
    SYNC_API_KEYS: `${key},second-key-while-rotating`,
    ...environment,
  });
  servers.push(server);
  return server;
}

describe('a server whose Atlas is absent', () => {
  it('starts with a warning, serves Local, and stops in order within 10 s', async () => {
    const server = start({ ATLAS_MONGODB_URI: unreachableAtlas });
    const url = await server.ready;
    expect(server.log()).toMatch(/Listening on http:\/\/127\.0\.0\.1:\d+; Local connected; Atlas absent/);
    const api = createClient(url, key);
    const created = await api.post('/api/products', { name: 'كركديه', price: 2_500 });
    expect(created.status).toBe(201);
    expect(await api.list(`/api/products?q=${encodeURIComponent('كركديه')}`)).toHaveLength(1);
    expect((await fetch(`${url}/api/sync/health/live`)).status).toBe(200);
    server.signal('SIGTERM');
    const { code, durationMs } = await server.ended;
    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(10_000);
  });

  it('ends at once at a second signal, although a request is under way', async () => {
    const server = start({ ATLAS_MONGODB_URI: unreachableAtlas });
    const { port } = new URL(await server.ready);
    const unfinished = connect(Number(port), '127.0.0.1');
    unfinished.on('error', () => undefined);
    await once(unfinished, 'connect');
    unfinished.write(
      `POST /api/products HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${key}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n',
    );
    await once(unfinished, 'data');
    server.signal('SIGTERM');
    server.signal('SIGINT');
    const { code, durationMs } = await server.ended;
    expect([130, 143]).toContain(code);
    expect(durationMs).toBeLessThan(2_000);
  });

  it('shows no password and no key, however much it logs', async () => {
    const server = start({ ATLAS_MONGODB_URI: unreachableAtlas, LOG_LEVEL: 'debug', LOG_FORMAT: 'json' });
    const url = await server.ready;
    const api = createClient(url, key);
    const password = 'canary-of-a-user';
    await api.post('/api/users', { username: 'canary', name: 'Canary', password });
    await api.post('/api/users', { username: 'canary', name: 'Canary', password });
    await api.post('/api/users', { name: 'Canary', password });
    const answers = ['/', '/api/users', '/api/sync/health', '/api/sync/metrics'].map((path) =>
      fetch(`${url}${path}`, { headers: { 'x-api-key': key } }).then((answer) => answer.text()),
    );
    const shown = (await Promise.all(answers)).join('\n');
    server.signal('SIGTERM');
    const { stdout, stderr } = await server.ended;
    for (const secret of ['canary-p4ss', key, 'second-key-while-rotating', password, '$2b$']) {
      expect(stdout + stderr + shown).not.toContain(secret);
    }
  });
});

describe('a server whose Atlas is no replica set', () => {
  it('starts with a warning that says what to do, and serves Local', async () => {
    const alone = await startDatabases({ branches: 1, topology: 'standalone', atlas: false });
    const server = start({ ATLAS_MONGODB_URI: alone.branches[0]?.uri ?? '' });
    const url = await server.ready;
    await waitFor(() => server.log().includes('Give the URI of a replica set'), { what: 'the warning' });
    expect((await createClient(url, key).post('/api/products', { name: 'شاي', price: 1 })).status).toBe(201);
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(0);
    await alone.stop();
  });
});

describe('a server with Local and Atlas', () => {
  it('brings to Atlas what is written, and to the API what Atlas has', async () => {
    const server = start({ ATLAS_MONGODB_URI: databases.atlas.uri });
    const url = await server.ready;
    expect(server.log()).toContain('Atlas connected');
    const second = start({ ATLAS_MONGODB_URI: databases.atlas.uri });
    const there = createClient(await second.ready, key);
    const lines = [{ name: 'قهوة تركي', quantity: 2, unitPrice: 4_500 }];
    const { body } = await createClient(url, key).post('/api/bills', { lines });
    const arrived = await waitFor(
      async () => {
        const answer = await there.get(`/api/bills/${String(body._id)}`);
        return answer.status === 200 && answer.body;
      },
      { what: 'the bill to arrive at the other branch' },
    );
    expect(arrived).toEqual(body);
    server.signal('SIGTERM');
    second.signal('SIGINT');
    expect((await Promise.all([server.ended, second.ended])).map(({ code }) => code)).toEqual([0, 0]);
  });

  it('stays shut without a key', async () => {
    const server = start({ ATLAS_MONGODB_URI: databases.atlas.uri });
    const url = await server.ready;
    const statuses = ['/api/products', '/api/sync/health', '/api/sync/metrics', '/api/sync/conflicts'].map(
      async (path) => (await fetch(`${url}${path}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 401, 401]);
  });

  it('stops in order within 10 s although the line to Atlas is dead, and keeps what was not pushed', async () => {
    line = await createFaultProxy({ targetPort: databases.atlas.port });
    const LOCAL_MONGODB_URI = nextLocal();
    const first = start({ LOCAL_MONGODB_URI, ATLAS_MONGODB_URI: line.uri('dead-line') });
    const url = await first.ready;
    await waitFor(() => first.log().includes('to="running"'), { what: 'sync to run' });
    await line.blackHole();
    const created = await createClient(url, key).post('/api/products', { name: 'شاي', price: 1_500 });
    expect(created.status).toBe(201);
    first.signal('SIGTERM');
    const { code, durationMs } = await first.ended;
    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(10_000);

    await line.heal();
    const other = start({ ATLAS_MONGODB_URI: line.uri('dead-line') });
    const there = createClient(await other.ready, key);
    await start({ LOCAL_MONGODB_URI, ATLAS_MONGODB_URI: line.uri('dead-line') }).ready;
    await waitFor(async () => (await there.get(`/api/products/${String(created.body._id)}`)).status === 200, {
      what: 'the product to arrive at another branch after the next start',
      timeoutMs: 20_000,
    });
  }, 60_000);
});

describe('a server whose Local goes away', () => {
  it('answers 503 until Local is back, and goes on', async () => {
    const local = databases.branches[startedCount];
    const server = start({ ATLAS_MONGODB_URI: unreachableAtlas });
    const api = createClient(await server.ready, key);
    const { body } = await api.post('/api/products', { name: 'قهوة', price: 1 });
    await local?.stop();
    expect(await api.get('/api/products')).toMatchObject({
      status: 503,
      body: { title: 'Service Unavailable' },
    });
    await local?.start();
    await waitFor(async () => (await api.get(`/api/products/${String(body._id)}`)).status === 200, {
      what: 'Local to answer again',
      timeoutMs: 20_000,
    });
  }, 60_000);
});
