import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

describe('requests', () => {
  it('with a body above 100 kB are refused', async () => {
    const server = serve();
    const answer = await server.send('/quarantine/q1/edit', {
      method: 'PUT',
      body: { document: { text: 'x'.repeat(101 * 1_024) } },
    });
    expect(answer.status).toBe(413);
    expect(answer.json.code).toBe('SYNC_API_BODY_TOO_LARGE');
    expect(server.sync.calls).toEqual([]);
  });

  it.each(['{"collection":', '"bills"', '{"a":1}x'])('with the broken JSON %s are refused', async (body) => {
    const answer = await serve().send('/pause', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.json.code).toBe('SYNC_API_REQUEST_INVALID');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json-seq'])(
    'with a body of the type %s are refused instead of taken as "all"',
    async (type) => {
      const server = serve();
      const answer = await server.send('/pause', {
        method: 'POST',
        body: '{"collection":"bills"}',
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(415);
      expect(answer.json.code).toBe('SYNC_API_MEDIA_TYPE');
      expect(server.sync.calls).toEqual([]);
    },
  );

  it.each([
    ['a charset that is not supported', { 'content-type': 'application/json; charset=x-unknown' }],
    [
      'an encoding that is not supported',
      { 'content-type': 'application/json', 'content-encoding': 'x-unknown' },
    ],
  ])('with %s are refused', async (_, headers) => {
    expect((await serve().send('/pause', { method: 'POST', body: '{}', headers })).status).toBe(415);
  });

  it.each([[[]], [['bills']]])('with the list %j as body are refused', async (body) => {
    const answer = await serve().post('/pause', body);
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([{ field: '', detail: 'must be a JSON object' }]);
  });

  it('with several mistakes are told all of them at once', async () => {
    const server = serve();
    const answer = await server.post('/full', {
      dryRun: 'yes',
      direction: 'up',
      collections: ['bills', 'users', 7],
      force: true,
    });
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toBe('The request has 5 wrong values.');
    expect(answer.json.errors?.map(({ field }) => field)).toEqual([
      'dryRun',
      'collections[1]',
      'collections[2]',
      'direction',
      'force',
    ]);
    expect(server.sync.calls).toEqual([]);
  });

  it.each([
    '/conflicts?limit=1&limit=2',
    '/conflicts?limit[$ne]=1',
    '/conflicts?limit=0',
    '/full?limit=1001',
  ])('with the query of %s are refused', async (path) => {
    const server = serve();
    expect((await server.send(path)).status).toBe(400);
    expect(server.sync.calls).toEqual([]);
  });

  it('with a path that cannot be decoded are refused', async () => {
    expect((await serve().send('/conflicts/%ff')).status).toBe(400);
  });

  it.each([
    ['DELETE', '/full', 'POST, GET, HEAD'],
    ['GET', '/pause', 'POST'],
    ['PATCH', '/quarantine/q1/edit', 'PUT, POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['OPTIONS', '/status', 'GET, HEAD'],
  ])('by %s on %s are refused with the methods that are possible', async (method, path, allow) => {
    const answer = await serve().send(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.json.code).toBe('SYNC_API_METHOD_NOT_ALLOWED');
  });

  it('by HEAD are answered as GET, without a body', async () => {
    expect(await serve().send('/status', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('to paths it does not know are left to the host, with a key or without', async () => {
    const server = serve();
    expect((await server.send('/unknown')).text).toBe('the host answers');
    expect((await server.send('', { withKey: false })).text).toBe('the host answers');
  });

  it.each([
    ['/status', 200],
    ['/health/live', 200],
    ['/conflicts/none', 404],
    ['/conflicts?x=1', 400],
    ['/conflicts/%ff', 400],
  ])('to %s are answered with Cache-Control: no-store', async (path, status) => {
    const answer = await serve().send(path);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
  });

  it('that are refused are logged by method, code and status, never by key', async () => {
    const server = serve();
    await server.send('/status', { headers: { 'x-api-key': `${KEY}?` }, withKey: false });
    expect(server.logger.lines).toEqual([
      {
        level: 'warn',
        message: 'API request refused.',
        fields: { method: 'GET', code: 'SYNC_API_UNAUTHENTICATED', status: 401 },
      },
    ]);
  });

  it('that change something are logged, those that look are not', async () => {
    const server = serve();
    await server.send('/conflicts/c1');
    await server.post('/conflicts/c1/restore');
    expect(server.logger.lines).toEqual([
      {
        level: 'info',
        message: 'API request done.',
        fields: { method: 'post', path: '/conflicts/:id/restore', id: 'c1' },
      },
    ]);
  });
});
