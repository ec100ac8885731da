import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { breakOff } from '../../../src/proxy/break-off.js';
import { waitFor } from '../../../src/index.js';

describe('breakOff', () => {
  let server: Server;
  let ours: Socket;
  let peer: Socket;
  let ourErrors: unknown[];

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    const accepted = once(server, 'connection');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ours = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    ourErrors = [];
    ours.on('error', (error) => ourErrors.push(error));
    const [socket] = await accepted;
    peer = socket as Socket;
    if (ours.connecting) await once(ours, 'connect');
  });
  afterEach(async () => {
    ours.destroy();
    peer.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('resets a conversation', async () => {
    const failure = new Promise<unknown>((resolve) => peer.once('error', resolve));
    peer.resume();
    breakOff(ours);
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
  });

  it('closes a connection that is just saying goodbye', async () => {
    let closed = false;
    ours.once('close', () => (closed = true));
    ours.end();
    breakOff(ours);
    await waitFor(() => closed, { what: 'the connection to be closed' });
    expect(ourErrors).toEqual([]);
  });
});
