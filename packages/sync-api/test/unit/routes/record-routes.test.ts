import { afterEach, describe, expect, it } from '@jest/globals';
import { noConflicts } from '@bomba/sync-core';
import { conflict, quarantined } from '../../fakes/fake-sync-control.js';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

describe('conflict and quarantine routes', () => {
  it.each([
    ['conflicts', conflict],
    ['quarantine', quarantined],
  ] as const)('list %s, cut down as asked', async (name, record) => {
    const server = serve();
    expect((await server.send(`/${name}?collection=bills&limit=10`)).json).toMatchObject({ items: [record] });
    expect((await server.send(`/${name}`)).status).toBe(200);
    expect(server.sync.calls).toEqual([
      [`${name}.list`, { collection: 'bills', limit: 10 }],
      [`${name}.list`, {}],
    ]);
  });

  it.each([
    ['conflicts', { id: conflict.id, atMs: conflict.recordedAtMs }],
    ['quarantine', { id: quarantined.id, atMs: quarantined.lastAtMs }],
  ] as const)('tell where the next page of %s begins, while there may be one', async (name, place) => {
    const server = serve();
    const { next } = (await server.send(`/${name}?limit=1`)).json as { readonly next: string };
    expect((await server.send(`/${name}?limit=1&after=${next}`)).status).toBe(200);
    expect((await server.send(`/${name}?limit=2`)).json).toMatchObject({ next: null });
    expect(server.sync.calls.slice(0, 2)).toEqual([
      [`${name}.list`, { limit: 1 }],
      [`${name}.list`, { limit: 1, after: place }],
    ]);
  });

  it.each(['', 'x', 'W10', 'bnVsbA', Buffer.from('[1,2]').toString('base64url'), 'x'.repeat(9_000)])(
    'refuse a place that no answer has named: %#',
    async (after) => {
      const answer = await serve().send(`/quarantine?after=${after}`);
      expect(answer.status).toBe(400);
      expect(answer.json.errors).toEqual([
        { field: 'after', detail: 'must be the next of an answer of this route' },
      ]);
    },
  );

  it('tell with the conflicts how they were settled', async () => {
    const { stats } = (await serve().send('/conflicts')).json as { readonly stats: unknown };
    expect(stats).toEqual(noConflicts);
  });

  it.each([
    ['conflicts', conflict],
    ['quarantine', quarantined],
  ] as const)('show one of %s, or 404', async (name, record) => {
    const server = serve();
    expect((await server.send(`/${name}/${record.id}`)).json).toEqual(record);
    expect((await server.send(`/${name}/none`)).json).toMatchObject({ status: 404, code: 'SYNC_NOT_FOUND' });
  });

  it.each([
    ['/conflicts/c1/restore', 'conflicts.restore', 'c1'],
    ['/quarantine/q1/retry', 'quarantine.retry', 'q1'],
    ['/quarantine/q1/discard', 'quarantine.discard', 'q1'],
  ])('settle by POST %s, with nothing to say', async (path, call, id) => {
    const server = serve();
    const answer = await server.post(path);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(server.sync.calls).toEqual([[call, id]]);
  });

  it.each(['/conflicts/none/restore', '/quarantine/none/retry', '/quarantine/none/discard'])(
    'answer 404 to POST %s',
    async (path) => {
      expect((await serve().post(path)).status).toBe(404);
    },
  );

  it('refuse a body where none belongs', async () => {
    const server = serve();
    expect((await server.post('/quarantine/q1/discard', { force: true })).status).toBe(400);
    expect(server.sync.calls).toEqual([]);
  });

  it.each(['PUT', 'POST'])('put a corrected document in the place of a refused one by %s', async (method) => {
    const server = serve();
    const document = { _id: { $oid: '5f' }, lines: [{ price: { $numberDecimal: '1.10' } }] };
    const answer = await server.send('/quarantine/q1/edit', { method, body: { document } });
    expect(answer.status).toBe(204);
    expect(server.sync.calls).toEqual([['quarantine.edit', 'q1', document]]);
  });

  it.each([[{}], [{ document: [] }], [{ document: null }], [{ document: 'x' }]])(
    'refuse %j in place of a corrected document',
    async (body) => {
      const answer = await serve().send('/quarantine/q1/edit', { method: 'PUT', body });
      expect(answer.json.errors).toEqual([{ field: 'document', detail: 'must be a JSON object' }]);
    },
  );

  it.each([
    [102, 204],
    [103, 400],
    [15_000, 400],
  ])('take or refuse a document nested %p deep below itself: %p', async (depth, status) => {
    const body = `{"document":${'{"a":'.repeat(depth)}{"b":1}${'}'.repeat(depth)}}`;
    const headers = { 'content-type': 'application/json' };
    expect((await serve().send('/quarantine/q1/edit', { method: 'PUT', body, headers })).status).toBe(status);
  });

  it('refuse an id that is too long', async () => {
    expect((await serve().send(`/conflicts/${'x'.repeat(513)}`)).status).toBe(400);
  });
});
