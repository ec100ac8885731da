import { afterEach, describe, expect, it } from '@jest/globals';
import { type HealthReport } from '@bomba/sync-core';
import { FakeClock } from '../../fakes/fake-clock.js';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);
const looksOf = (server: ReturnType<typeof serve>) =>
  server.sync.calls.filter(([name]) => name === 'health').length;

describe('health routes', () => {
  it.each([
    ['healthy', 200],
    ['degraded', 200],
    ['unhealthy', 503],
  ] as const)('give the full report, %s with the status %p', async (status, expected) => {
    const server = serve();
    server.sync.report = {
      status,
      ready: true,
      checks: [{ name: 'queue-size', status, message: '7 keys wait.' }],
      atMs: 4,
    };
    const answer = await server.send('/health');
    expect([answer.status, answer.json]).toEqual([expected, server.sync.report]);
  });

  it('say that the process is live without asking the engine', async () => {
    const server = serve();
    server.sync.failure = new Error('down');
    const answer = await server.send('/health/live', { withKey: false });
    expect([answer.status, answer.text]).toEqual([200, '{"status":"live"}']);
  });

  it('reveal nothing but whether it is ready', async () => {
    const server = serve();
    const ready = await server.send('/health/ready', { withKey: false });
    expect([ready.status, ready.text]).toEqual([200, '{"status":"ready"}']);
    const other = serve();
    other.sync.report = {
      status: 'degraded',
      ready: false,
      checks: [{ name: 'atlas', status: 'degraded', message: 'host-name' }],
      atMs: 1,
    };
    const notReady = await other.send('/health/ready', { withKey: false });
    expect([notReady.status, notReady.text]).toEqual([503, '{"status":"not-ready"}']);
  });

  it('are not ready where health cannot be found out, and do not tell why', async () => {
    const server = serve();
    server.sync.failure = new Error('mongodb://secret');
    const answer = await server.send('/health/ready', { withKey: false });
    expect([answer.status, answer.text]).toEqual([503, '{"status":"not-ready"}']);
  });

  it('ask the engine at most once a second, however often anyone asks whether it is ready', async () => {
    const clock = new FakeClock();
    const server = serve({ clock });
    const ask = () => server.send('/health/ready', { withKey: false });
    await Promise.all([ask(), ask(), ask()]);
    clock.advance(999);
    await ask();
    expect(looksOf(server)).toBe(1);
    clock.advance(1);
    await ask();
    expect(looksOf(server)).toBe(2);
  });

  it('do not wait for ever for an answer that does not come', async () => {
    const clock = new FakeClock();
    const server = serve({ clock });
    const { sync } = server;
    const answering = sync.health.bind(sync);
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    sync.health = () => {
      isAsked();
      return new Promise<HealthReport>(() => undefined);
    };
    const hanging = server.send('/health/ready', { withKey: false }).catch(() => 'closed');
    await asked;
    sync.health = answering;
    clock.advance(1_000);
    expect((await server.send('/health/ready', { withKey: false })).status).toBe(200);
    await server.close();
    expect(await hanging).toBe('closed');
  });
});
