import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startCommandLine } from '../support/run-command-line.js';

const run = {
  ...{ id: 'run-1', state: 'running', dryRun: false, startedAtMs: 0, finishedAtMs: null, error: null },
  collections: [],
};

let server: Server | undefined;
afterEach(() => {
  server?.close().closeAllConnections();
});

/** A server with a run that goes on until somebody cancels it; calls back once it is watched, and once it is cancelled. */
async function serveRun(
  watched: () => void,
  cancelled: (end: (report: object) => void) => void,
): Promise<Record<string, string>> {
  let stream: ServerResponse | undefined;
  const tell = (name: string, report: object): void =>
    void stream?.write(`event: ${name}\ndata: ${JSON.stringify(report)}\n\n`);
  const listener: RequestListener = (request, response) => {
    if (request.url?.endsWith('/events')) {
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      tell('progress', run);
      watched();
      return;
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(run));
    if (request.url?.endsWith('/cancel')) cancelled((report) => tell('ended', report));
  };
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { BOMBA_SYNC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a full sync of the command line', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is cancelled by %s, and ends with what it found',
    async (signal) => {
      const environment = await serveRun(
        () => command.signal(signal),
        (end) => end({ ...run, state: 'cancelled', finishedAtMs: 1 }),
      );
      const command = startCommandLine(environment, 'full');
      const { code, stdout, stderr } = await command.ended;
      expect(stderr).toContain('Cancelling');
      expect(stdout).toMatch(/^state +cancelled$/m);
      expect(code).toBe(130);
    },
  );

  it('is left to itself by a second one', async () => {
    const environment = await serveRun(
      () => command.signal('SIGINT'),
      () => command.signal('SIGINT'),
    );
    const command = startCommandLine(environment, 'full');
    const { code, stderr } = await command.ended;
    expect(stderr).toContain('bomba-sync runs show run-1');
    expect(code).toBe(130);
  });
});
