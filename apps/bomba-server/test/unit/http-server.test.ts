import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { listen } from '../../src/http-server.js';
import { StartError } from '../../src/startup/start-error.js';

const answer = (_request: unknown, response: { end(text: string): unknown }): void =>
  void response.end('well');

describe('listen', () => {
  it('says in one sentence that the port is taken, and what to do', async () => {
    const first = await listen(answer, { host: '127.0.0.1', port: 0 });
    const port = Number(new URL(first.url).port);
    const second = listen(answer, { host: '127.0.0.1', port });
    await expect(second).rejects.toThrow(StartError);
    await expect(second).rejects.toThrow(
      `127.0.0.1:${port} is taken: stop the program that has it, or set PORT`,
    );
    await first.close();
  });

  it('says in one sentence that the address is not of this machine', async () => {
    await expect(listen(answer, { host: '192.0.2.1', port: 0 })).rejects.toThrow(
      'set HOST to an address of it',
    );
  });

  it('gives an address that can be opened where it listens everywhere', async () => {
    const server = await listen(answer, { host: '0.0.0.0', port: 0 });
    expect(await (await fetch(server.url)).text()).toBe('well');
    await server.close();
  });

  it('closes although a client holds its connection without asking anything', async () => {
    const server = await listen(answer, { host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\n');
    const closed = once(socket, 'close');
    await server.close();
    socket.destroy();
    await closed;
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });
});
