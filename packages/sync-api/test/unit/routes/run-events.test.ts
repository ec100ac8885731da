import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { type ApiServer, serveEach } from '../../fakes/api-server.js';
import { runReport } from '../../fakes/fake-sync-control.js';

const serve = serveEach(afterEach);
const PATH = '/full/run%2F1/events';

const bills = { collection: 'bills', comparedCount: 5, differentCount: 0, repairedCount: 0 };
const later: FullSyncReport = { ...runReport, collections: [bills] };
const ended: FullSyncReport = { ...later, state: 'completed', finishedAtMs: 9 };

function serveRun(run: FullSyncReport): ApiServer {
  const server = serve();
  server.sync.runs = [run];
  return server;
}

/** The run goes on, in this process or, without a word, in another one. */
function goOn({ sync }: ApiServer, run: FullSyncReport, isHere = true): void {
  sync.runs = [run];
  if (isHere) sync.emit('fullSync', run);
}

interface Heard {
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly report: unknown;
}

/** The events of a stream, as they come. */
async function* eventsOf({ body }: Response): AsyncGenerator<Heard> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      yield { name: field('event'), id: field('id'), report: JSON.parse(field('data') ?? 'null') as unknown };
    }
  }
}

async function all(response: Response): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  for await (const event of eventsOf(response)) heard.push(event);
  return heard;
}

const progress = (report: FullSyncReport): Heard => ({ name: 'progress', id: undefined, report });
const last = (report: FullSyncReport): Heard => ({ name: 'ended', id: 'last', report });

describe('the events of a full sync', () => {
  it('tell its reports as it goes on, and end with it', async () => {
    const server = serveRun(runReport);
    const response = await server.open(PATH);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const events = eventsOf(response);
    expect((await events.next()).value).toEqual(progress(runReport));
    goOn(server, later);
    expect((await events.next()).value).toEqual(progress(later));
    server.sync.emit('fullSync', { ...later, id: 'another' });
    goOn(server, later);
    goOn(server, ended);
    expect((await events.next()).value).toEqual(last(ended));
    expect((await events.next()).done).toBe(true);
    expect(server.sync.listenerCount('fullSync')).toBe(0);
  });

  it('tell of a run that another process works on', async () => {
    const server = serveRun(runReport);
    const events = eventsOf(await server.open(PATH));
    await events.next();
    goOn(server, ended, false);
    expect((await events.next()).value).toEqual(last(ended));
  });

  it('tell of a run that is interrupted until it goes on and ends', async () => {
    const server = serveRun({ ...runReport, state: 'interrupted' });
    const events = eventsOf(await server.open(PATH));
    expect((await events.next()).value).toMatchObject({ name: 'progress' });
    goOn(server, ended);
    expect((await events.next()).value).toEqual(last(ended));
  });

  it('tell only the end of a run that has ended, and whoever connects anew after it that there is no more', async () => {
    const server = serveRun(ended);
    expect(await all(await server.open(PATH))).toEqual([last(ended)]);
    const again = await server.send(PATH, { headers: { 'last-event-id': 'last' } });
    expect([again.status, again.text]).toEqual([204, '']);
  });

  it('are asked for no more once the client has gone', async () => {
    const server = serveRun(runReport);
    const client = new AbortController();
    const events = eventsOf(await server.open(PATH, client.signal));
    await events.next();
    expect(server.sync.listenerCount('fullSync')).toBe(1);
    client.abort();
    await expect(events.next()).rejects.toThrow('aborted');
    while (server.sync.listenerCount('fullSync') > 0) await turn();
  });

  it('need a key, and a run; and a HEAD opens no stream', async () => {
    const server = serveRun(runReport);
    expect((await server.send(PATH, { withKey: false })).status).toBe(401);
    expect((await server.send('/full/none/events')).json).toMatchObject({
      status: 404,
      code: 'SYNC_NOT_FOUND',
    });
    expect((await server.send(PATH, { method: 'HEAD' })).status).toBe(200);
    expect(server.sync.listenerCount('fullSync')).toBe(0);
  });

  it('go to fifty clients at once, and to another one when one of them has gone', async () => {
    const server = serveRun(runReport);
    const client = new AbortController();
    for (let i = 0; i < 50; i++) await server.open(PATH, client.signal);
    const refused = await server.send(PATH);
    expect([refused.status, refused.json.code]).toEqual([503, 'SYNC_API_TOO_MANY_STREAMS']);
    client.abort();
    while (server.sync.listenerCount('fullSync') > 0) await turn();
    goOn(server, ended);
    expect(await all(await server.open(PATH))).toEqual([last(ended)]);
  });
});
