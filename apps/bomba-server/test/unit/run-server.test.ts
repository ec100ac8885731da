import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.js';
import { runServer } from '../../src/run-server.js';
import { StartError } from '../../src/startup/start-error.js';

class FakeProcess extends EventEmitter {
  readonly env = { LOCAL_MONGODB_URI: 'mongodb://u:canary-p4ss@host/x', SYNC_API_KEYS: 'canary-key' };
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly exits: number[] = [];
  readonly stdout = { write: (text: string) => this.out.push(text) };
  readonly stderr = { write: (text: string) => this.err.push(text) };
  exit(code: number): void {
    this.exits.push(code);
    this.emit('exited');
  }
}

const exited = (host: FakeProcess): Promise<void> => new Promise((resolve) => host.once('exited', resolve));
const running = { url: 'http://127.0.0.1:3000', stop: () => Promise.resolve() };

describe('runServer', () => {
  it('prints one line when the server is ready', async () => {
    const host = new FakeProcess();
    await runServer(() => Promise.resolve(running), host);
    expect(host.out).toEqual(['bomba-server ready {"url":"http://127.0.0.1:3000"}\n']);
    expect(host.exits).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'])('stops in good order at %s', async (signal) => {
    const host = new FakeProcess();
    let stopped = false;
    await runServer(() => Promise.resolve({ ...running, stop: async () => void (stopped = true) }), host);
    const end = exited(host);
    host.emit(signal);
    await end;
    expect(stopped).toBe(true);
    expect(host.exits).toEqual([0]);
  });

  it('ends at once at a second signal', async () => {
    const host = new FakeProcess();
    let finish: () => void = () => undefined;
    const stop = (): Promise<void> => new Promise((resolve) => (finish = resolve));
    await runServer(() => Promise.resolve({ ...running, stop }), host);
    host.emit('SIGTERM');
    expect(host.exits).toEqual([]);
    host.emit('SIGINT');
    expect(host.exits).toEqual([130]);
    const end = exited(host);
    finish();
    await end;
  });

  it('ends at once at a signal while it starts', async () => {
    const host = new FakeProcess();
    void runServer(() => new Promise(() => undefined), host);
    host.emit('SIGTERM');
    expect(host.exits).toEqual([143]);
  });

  it('says why it cannot start and exits with 1', async () => {
    const host = new FakeProcess();
    await runServer(
      () => Promise.reject(new StartError('The address is taken: set PORT to another one.')),
      host,
    );
    expect(host.err).toEqual(['bomba-server cannot start: The address is taken: set PORT to another one.\n']);
    expect(host.exits).toEqual([1]);
  });

  it('lists every mistake of the environment', async () => {
    const host = new FakeProcess();
    await runServer(() => Promise.reject(new ConfigError(['PORT: one', 'HOST: two'])), host);
    expect(host.err[0]).toMatch(/2 mistakes[^\n]*\n {2}- PORT: one\n {2}- HOST: two\n$/);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('exits with 1 at an %s', async (event) => {
    const host = new FakeProcess();
    await runServer(() => Promise.resolve(running), host);
    host.emit(event, new Error('boom'));
    expect(host.err[0]).toContain('boom');
    expect(host.exits).toEqual([1]);
  });

  it('shows no secret, whatever the error says', async () => {
    const host = new FakeProcess();
    await runServer(() => Promise.reject(new Error('canary-p4ss, canary-key, mongodb://x:other@h')), host);
    expect(host.err.join('')).not.toMatch(/canary|other@/);
  });
});
