import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { ApiClient } from '../../../../src/cli/client/api-client.js';
import { followRun } from '../../../../src/cli/follow-run.js';
import { runReport } from '../../../fakes/fake-sync-control.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function clientOf(listener: RequestListener, key: string | null = 'a-key'): Promise<ApiClient> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return new ApiClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, key });
}

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe('the client of the API', () => {
  it('sends the key where there is one, and a body as JSON', async () => {
    const seen: unknown[] = [];
    const listener: RequestListener = (request, response) => {
      const { url, headers } = request;
      seen.push([url, headers['x-api-key'], headers['content-type']]);
      request.resume().on('end', () => response.writeHead(204).end());
    };
    await (await clientOf(listener)).post('/pause', { body: {} });
    expect(await (await clientOf(listener, null)).get('/status')).toEqual({ value: undefined, text: '' });
    expect(seen).toEqual([
      ['/api/pause', 'a-key', 'application/json'],
      ['/api/status', undefined, undefined],
    ]);
  });

  it('tells what the problem document of a refusal says, and steers no terminal with it', async () => {
    const problem = { title: 'Conflict', detail: 'a\u001b[2J', code: 'X', remedy: 'Wait.', retryable: true };
    const client = await clientOf((_request, response) =>
      response.writeHead(409, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem)),
    );
    expect(await failure(client.get('/full'))).toMatchObject({
      exitCode: 1,
      canRetry: true,
      message: 'Conflict: a\\u001b[2J\n  code: X\n  remedy: Wait.',
    });
  });

  it('takes a report that comes with 503, as that of health does', async () => {
    const client = await clientOf((_request, response) =>
      response.writeHead(503, { 'content-type': 'application/json; charset=utf-8' }).end('{"a":1}'),
    );
    expect(await client.get('/health')).toEqual({ value: { a: 1 }, text: '{"a":1}' });
  });

  it.each([
    [401, '/status'],
    [502, '/quarantine/one/retry'],
    [503, '/status'],
  ])('takes no JSON of somebody in between for an answer: %i of %s', async (status, path) => {
    const client = await clientOf((_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"no"}'),
    );
    expect(await failure(client.post(path))).toMatchObject({ exitCode: 3, canRetry: status >= 500 });
  });

  it('does not follow a redirection with the key', async () => {
    let asked = 0;
    const client = await clientOf((_request, response) => {
      asked += 1;
      response.writeHead(308, { location: '/elsewhere' }).end();
    });
    expect(await failure(client.get('/status'))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('a redirection to /elsewhere'),
    });
    expect(asked).toBe(1);
  });

  it.each([
    ['a page', 200, 'text/html', '<p>'],
    ['no JSON', 200, 'application/json', '{'],
    ['a gateway that is alone', 502, 'text/html', '<p>'],
  ])('calls %s no API', async (_what, status, type, text) => {
    const client = await clientOf((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(text),
    );
    expect(await failure(client.get('/status'))).toMatchObject({ exitCode: 3 });
  });

  it('says so where nothing answers, with the reason, and where it was interrupted', async () => {
    const client = new ApiClient({ url: 'http://127.0.0.1:9', key: 'a-key' });
    const refused = await failure(client.get('/status'));
    expect(refused).toMatchObject({ exitCode: 3, canRetry: true });
    expect(String(refused)).toContain('http://127.0.0.1:9');
    expect(String(refused)).not.toContain('a-key');
    const signal = AbortSignal.abort();
    expect(await failure(client.get('/status', { signal }))).toMatchObject({ exitCode: 130 });
  });
});

describe('following a run', () => {
  const ended: FullSyncReport = { ...runReport, state: 'completed', finishedAtMs: 9 };
  const eventOf = (name: string, report: FullSyncReport) =>
    `event: ${name}\ndata: ${JSON.stringify(report)}\n\n`;

  /** Each stream that is asked for is answered with the next of these. */
  const follow = async (answers: readonly RequestListener[], last = answers.length - 1) => {
    let asked = 0;
    const api = await clientOf((request, response) => {
      const answer = answers[Math.min(asked, last)];
      asked += 1;
      answer?.(request, response);
    });
    const reports: FullSyncReport[] = [];
    const run = followRun({
      api,
      id: 'run/1',
      clock: { sleep: () => Promise.resolve() },
      leave: new AbortController().signal,
      onReport: (report) => reports.push(report),
    });
    const result: unknown = await run.catch((error: unknown) => error);
    return { result, reports, asked };
  };
  const streaming =
    (text: string): RequestListener =>
    (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  const hangUp: RequestListener = (request) => request.socket.destroy();
  const busy: RequestListener = (_request, response) =>
    response
      .writeHead(503, { 'content-type': 'application/problem+json' })
      .end('{"code":"SYNC_API_TOO_MANY_STREAMS","retryable":true}');

  it('goes on through a server that hangs up, is full, or ends the stream too early', async () => {
    const { result, reports, asked } = await follow([
      streaming(eventOf('progress', runReport)),
      hangUp,
      busy,
      streaming(eventOf('progress', runReport) + eventOf('ended', ended)),
    ]);
    expect(result).toEqual({ value: ended, text: JSON.stringify(ended) });
    expect(reports).toEqual([runReport, runReport, ended]);
    expect(asked).toBe(4);
  });

  it('ends where the server stays away, or knows no such run', async () => {
    expect(await follow([hangUp])).toMatchObject({ result: { exitCode: 3 }, asked: 60 });
    const unknown: RequestListener = (_request, response) =>
      response
        .writeHead(404, { 'content-type': 'application/problem+json' })
        .end('{"code":"SYNC_NOT_FOUND","retryable":false}');
    expect(await follow([unknown])).toMatchObject({ result: { exitCode: 1 }, asked: 1 });
  });
});
