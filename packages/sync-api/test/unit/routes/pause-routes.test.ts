import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

describe('pause routes', () => {
  it('pause a part and answer with what is paused', async () => {
    const server = serve();
    const scope = { direction: 'atlas-to-local', collection: 'bills' };
    const answer = await server.post('/pause', scope);
    expect([answer.status, answer.json]).toEqual([200, { paused: [scope] }]);
    expect(server.sync.calls).toEqual([['pause', scope]]);
  });

  it('pause and resume everything without a body', async () => {
    const server = serve();
    expect((await server.post('/pause')).json).toEqual({ paused: [{}] });
    expect((await server.post('/resume', {})).json).toEqual({ paused: [] });
    expect(server.sync.calls).toEqual([
      ['pause', {}],
      ['resume', {}],
    ]);
  });

  it('resume a collection that is paused though it is not synced any more', async () => {
    const server = serve();
    server.sync.state = { ...server.sync.state, paused: [{ collection: 'old' }] };
    expect((await server.post('/resume', { collection: 'old' })).status).toBe(200);
    expect((await server.post('/resume', { collection: 'older' })).status).toBe(400);
  });

  it.each([{ collection: 'users' }, { collection: { $ne: 1 } }, { direction: 'push' }, { side: 'local' }])(
    'refuse %j',
    async (body) => {
      const server = serve();
      expect((await server.post('/pause', body)).status).toBe(400);
      expect(server.sync.calls).toEqual([]);
    },
  );

  it('are not misled by a name that every object has', async () => {
    const server = serve();
    const answer = await server.send('/pause', {
      method: 'POST',
      body: '{"__proto__":{"collection":"bills"},"constructor":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.json.errors?.map(({ field }) => field)).toEqual(['__proto__', 'constructor']);
  });
});
