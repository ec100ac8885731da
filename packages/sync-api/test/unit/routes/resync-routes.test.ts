import { afterEach, describe, expect, it } from '@jest/globals';
import { runReport } from '../../fakes/fake-sync-control.js';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

describe('resync routes', () => {
  it('start a run and answer with its id at once, while it goes on', async () => {
    const server = serve();
    const answer = await server.post('/resync', { collections: ['bills'], prefer: 'atlas' });
    expect([answer.status, answer.json]).toEqual([202, runReport]);
    expect(answer.headers.get('location')).toBe('/api/sync/full/run%2F1');
    expect(server.sync.calls).toContainEqual(['resync', { collections: ['bills'], prefer: 'atlas' }]);
  });

  it('refuse while another run goes on', async () => {
    const server = serve();
    await server.post('/full');
    const answer = await server.post('/resync');
    expect([answer.status, answer.json.code]).toEqual([409, 'SYNC_FULL_RUNNING']);
  });

  it('refuse a side that is none', async () => {
    const answer = await serve().post('/resync', { prefer: 'both' });
    expect(answer.json.errors).toEqual([{ field: 'prefer', detail: 'must be one of local, atlas' }]);
  });
});
