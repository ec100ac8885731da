import { afterEach, describe, expect, it } from '@jest/globals';
import { SyncError } from '@bomba/sync-core';
import { runReport } from '../../fakes/fake-sync-control.js';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

describe('full sync routes', () => {
  it('start a run and answer with its id at once, while it goes on', async () => {
    const server = serve();
    const answer = await server.post('/full', {
      dryRun: true,
      changedOnly: true,
      collections: ['bills'],
      direction: 'local-to-atlas',
    });
    expect([answer.status, answer.json]).toEqual([202, { ...runReport, dryRun: true }]);
    expect(answer.headers.get('location')).toBe('/api/sync/full/run%2F1');
    expect(server.sync.calls).toEqual([
      ['fullSync', { dryRun: true, changedOnly: true, collections: ['bills'], direction: 'local-to-atlas' }],
    ]);
  });

  it('start a run of everything where no body is sent', async () => {
    const server = serve();
    expect((await server.post('/full')).status).toBe(202);
    expect(server.sync.calls).toEqual([['fullSync', {}]]);
  });

  it('go on with a run that ended before its work was done', async () => {
    const server = serve();
    expect((await server.post('/full', { resume: 'run/1' })).status).toBe(202);
    expect(server.sync.calls).toEqual([['fullSync', { resume: 'run/1' }]]);
  });

  it('start one run of ten that are asked for at once', async () => {
    const server = serve();
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.post('/full')));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array<number>(9).fill(409)]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.json).toMatchObject({ code: 'SYNC_FULL_RUNNING', retryable: true });
  });

  it('answer with the report where the run ends before it told its id', async () => {
    const server = serve();
    const ended = { ...runReport, state: 'completed' as const, finishedAtMs: 2 };
    server.sync.fullSync = async () => ended;
    const answer = await server.post('/full');
    expect([answer.status, answer.json]).toEqual([202, ended]);
  });

  it('log a run that fails after it was accepted', async () => {
    const server = serve();
    await server.post('/full');
    server.sync.running?.fail(new SyncError('SYNC_CONN_UNREACHABLE', 'Atlas went away.'));
    await server.send('/full');
    expect(server.logger.lines).toContainEqual({
      level: 'error',
      message: 'The run failed.',
      fields: { code: 'SYNC_CONN_UNREACHABLE' },
    });
  });

  it('tell a run that cannot start by its error alone', async () => {
    const server = serve();
    server.sync.failure = new SyncError('SYNC_STATE_NOT_STARTED', 'Sync does not run.');
    const answer = await server.post('/full');
    expect([answer.status, answer.json.code]).toEqual([409, 'SYNC_STATE_NOT_STARTED']);
    expect(server.logger.lines).toHaveLength(1);
  });

  it('list runs and show one', async () => {
    const server = serve();
    server.sync.runs = [runReport];
    expect((await server.send('/full?limit=5')).json).toEqual({ items: [runReport] });
    expect((await server.send('/full/run%2F1')).json).toEqual(runReport);
    expect((await server.send('/full/none')).json).toMatchObject({
      status: 404,
      code: 'SYNC_NOT_FOUND',
      detail: 'There is no such full sync.',
    });
    expect(server.sync.calls[0]).toEqual(['fullSyncs.list', { limit: 5 }]);
  });

  it('have a run end, and answer at once how it stands: it ends at its next step', async () => {
    const server = serve();
    server.sync.runs = [runReport];
    const answer = await server.post('/full/run%2F1/cancel');
    expect([answer.status, answer.json]).toEqual([202, runReport]);
    expect(answer.headers.get('location')).toBe('/api/sync/full/run%2F1');
    const ended = { ...runReport, state: 'cancelled' as const, finishedAtMs: 2 };
    server.sync.runs = [ended];
    const again = await server.post('/full/run%2F1/cancel');
    expect([again.status, again.json]).toEqual([200, ended]);
    expect((await server.post('/full/none/cancel')).json).toMatchObject({
      status: 404,
      code: 'SYNC_NOT_FOUND',
    });
    expect((await server.post('/full/run%2F1/cancel', { all: true })).status).toBe(400);
    expect(server.sync.calls).toEqual([
      ['fullSyncs.cancel', 'run/1'],
      ['fullSyncs.cancel', 'run/1'],
      ['fullSyncs.cancel', 'none'],
    ]);
  });

  it.each([
    { collections: [] },
    { collections: ['bills', 'bills'] },
    { collections: 'bills' },
    { dryRun: null },
  ])('refuse %j', async (body) => {
    const server = serve();
    expect((await server.post('/full', body)).status).toBe(400);
    expect(server.sync.calls).toEqual([]);
  });
});
