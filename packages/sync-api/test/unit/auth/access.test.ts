import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createSyncRouter, type Authorize, type SyncRouterOptions } from '../../../src/index.js';
import { FakeSyncControl } from '../../fakes/fake-sync-control.js';
import { KEY, serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

const guarded = [
  ['GET', '/health'],
  ['GET', '/metrics'],
  ['GET', '/metrics/prometheus'],
  ['GET', '/status'],
  ['POST', '/full'],
  ['GET', '/full'],
  ['GET', '/full/1'],
  ['POST', '/full/1/cancel'],
  ['POST', '/resync'],
  ['POST', '/pause'],
  ['POST', '/resume'],
  ['GET', '/conflicts'],
  ['GET', '/conflicts/c1'],
  ['POST', '/conflicts/c1/restore'],
  ['GET', '/quarantine'],
  ['GET', '/quarantine/q1'],
  ['POST', '/quarantine/q1/retry'],
  ['POST', '/quarantine/q1/discard'],
  ['PUT', '/quarantine/q1/edit'],
  ['POST', '/quarantine/q1/edit'],
  ['DELETE', '/quarantine/q1'],
  ['OPTIONS', '/full'],
] as const;

const metrics = { report: () => ({}), prometheus: () => '' };

describe('access', () => {
  it.each(guarded)('is refused without a key: %s %s', async (method, path) => {
    const server = serve({ metrics });
    const answer = await server.send(path, { method, withKey: false });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="bomba-sync"');
    expect(answer.json).toMatchObject({ code: 'SYNC_API_UNAUTHENTICATED', status: 401 });
    expect(server.sync.calls).toEqual([]);
  });

  it.each(guarded)('is refused to everyone where nothing is configured: %s %s', async (method, path) => {
    const server = serve({ metrics, apiKeys: [] });
    const answer = await server.send(path, { method });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({
      code: 'SYNC_API_FORBIDDEN',
      remedy: expect.stringContaining('apiKeys'),
    });
    expect(server.sync.calls).toEqual([]);
  });

  it.each(['/health/live', '/health/ready'])('is open for %s', async (path) => {
    expect((await serve({ apiKeys: [] }).send(path, { withKey: false })).status).toBe(200);
  });

  it.each([
    ['a bearer token', { authorization: `Bearer ${KEY}` }],
    ['a bearer token in other letters and spaces', { authorization: `bEARER   ${KEY} ` }],
    ['x-api-key', { 'x-api-key': KEY }],
    ['x-api-key beside the credentials of a proxy', { 'x-api-key': KEY, authorization: 'Basic eDp5' }],
  ])('is given to a key sent as %s', async (_, headers) => {
    expect((await serve().send('/status', { headers, withKey: false })).status).toBe(200);
  });

  it.each([
    ['another key', { 'x-api-key': `${KEY}x` }],
    ['the beginning of a key', { 'x-api-key': KEY.slice(0, -1) }],
    ['a key in other letters', { 'x-api-key': KEY.toUpperCase() }],
    ['an empty key', { 'x-api-key': '' }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['a scheme that only ends like ours', { authorization: `Forbearer ${KEY}` }],
    ['no scheme', { authorization: KEY }],
    ['two tokens', { authorization: `Bearer ${KEY} ${KEY}` }],
  ])('is refused to %s', async (_, headers) => {
    expect((await serve().send('/status', { headers, withKey: false })).status).toBe(401);
  });

  it('is given to both keys while they are rotated', async () => {
    const server = serve({ apiKeys: [KEY, 'the-next-key-of-32-random-chars!'] });
    const next = { headers: { 'x-api-key': 'the-next-key-of-32-random-chars!' }, withKey: false };
    expect((await server.send('/status')).status).toBe(200);
    expect((await server.send('/status', next)).status).toBe(200);
  });

  it('is decided by the host, who is told whether a caller wants to change something', async () => {
    const authorize = jest.fn<Authorize>((_request, scope) => scope === 'read');
    const server = serve({ apiKeys: [], authorize });
    expect((await server.send('/status')).status).toBe(200);
    const refused = await server.post('/pause');
    expect(refused.status).toBe(403);
    expect(refused.json.detail).toBe('This caller may not write here.');
    expect(authorize.mock.calls.map(([, scope]) => scope)).toEqual(['read', 'write']);
    expect(server.sync.calls).toEqual([]);
  });

  it('is given by a valid key without asking the host, and by the host without a key', async () => {
    const authorize = jest.fn<Authorize>(async () => true);
    const server = serve({ authorize });
    expect((await server.send('/status')).status).toBe(200);
    expect(authorize).not.toHaveBeenCalled();
    expect((await server.send('/status', { withKey: false })).status).toBe(200);
  });

  it.each([undefined, 1, 'yes', {}])('is refused where the host says %p instead of true', async (said) => {
    const server = serve({ apiKeys: [], authorize: (() => said) as unknown as Authorize });
    expect((await server.send('/status')).status).toBe(403);
  });

  it('is refused where the host fails to decide, and the failure is not told', async () => {
    const authorize: Authorize = async () => {
      throw new Error('mongodb://admin:hunter2@db');
    };
    const server = serve({ apiKeys: [], authorize });
    const answer = await server.send('/status');
    expect(answer.status).toBe(500);
    expect(answer.text + JSON.stringify(server.logger.lines)).not.toContain('hunter2');
  });

  it('is decided before the body is read', async () => {
    const answer = await serve().send('/pause', { method: 'POST', body: '{broken', withKey: false });
    expect(answer.status).toBe(401);
  });

  it('warns of keys that can be guessed and of a router that refuses everything', () => {
    const server = serve({ apiKeys: ['short'] });
    expect(server.logger.lines[0]).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('guessed'),
    });
    expect(JSON.stringify(server.logger.lines)).not.toContain('"short"');
    expect(serve({ apiKeys: [] }).logger.lines[0]?.message).toContain('refuses everything');
  });

  it.each<[string, SyncRouterOptions['apiKeys']]>([
    ['empty', ['']],
    ['blank', [KEY, '  ']],
    ['no text', [undefined as unknown as string]],
  ])('is not set up with a key that is %s', (_, apiKeys) => {
    expect(() => createSyncRouter({ sync: new FakeSyncControl(), apiKeys })).toThrow(
      expect.objectContaining({ code: 'SYNC_CONFIG_INVALID' }),
    );
  });
});
