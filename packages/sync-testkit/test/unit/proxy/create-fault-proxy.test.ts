import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '../../../src/index.js';
import { type Client, connectClient, type EchoServer, startEchoServer } from './tcp-server.js';

describe('a fault proxy', () => {
  let echo: EchoServer;
  let proxy: FaultProxy;
  const clients: Client[] = [];
  const client = (): Client => {
    const connected = connectClient(proxy.port);
    clients.push(connected);
    return connected;
  };
  const hears = (who: { heard(): string }, text: string): Promise<boolean> =>
    waitFor(() => who.heard() === text, { what: `"${text.slice(0, 20)}" to be heard`, timeoutMs: 5_000 });
  const ends = (who: Client): Promise<string> =>
    waitFor(() => who.ending(), { what: 'the connection to end' });

  /** Gives whatever wrongly passes the proxy the time to arrive: a conversation that takes longer. */
  const talkPastTheProxy = async (): Promise<void> => {
    const direct = connectClient(echo.port);
    clients.push(direct);
    for (let said = '.'; said.length < 20; said += '.') {
      direct.socket.write('.');
      await hears(direct, said);
    }
  };

  beforeEach(async () => {
    echo = await startEchoServer();
    proxy = await createFaultProxy({ targetPort: echo.port });
  });
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await proxy.close();
    await echo.close();
  });

  it('carries everything both ways, in order, and the end of a conversation', async () => {
    const caller = client();
    const text = Array.from({ length: 200_000 }, (_, index) => index.toString(36)).join(' ');
    caller.socket.write(text);
    await hears(caller, text);
    caller.socket.end();
    expect(await ends(caller)).toBe('closed');
  });

  it('resets a conversation when cut, refuses new ones, and serves again once healed', async () => {
    const before = client();
    before.socket.write('a');
    await hears(before, 'a');
    await proxy.cut();
    expect(await ends(before)).toBe('ECONNRESET');
    expect(await ends(client())).toBe('ECONNREFUSED');

    await proxy.heal();
    const after = client();
    after.socket.write('b');
    await hears(after, 'b');
  });

  it('swallows both ways as a black hole without ending the conversation, and delivers late when healed', async () => {
    const caller = client();
    caller.socket.write('a');
    await hears(caller, 'a');
    await proxy.blackHole();
    caller.socket.write('b');
    const late = client();
    late.socket.write('c');
    await waitFor(() => !late.socket.connecting, { what: 'the late client to connect' });
    await talkPastTheProxy();
    expect([caller.heard(), caller.ending(), late.heard(), late.ending()]).toEqual([
      'a',
      undefined,
      '',
      undefined,
    ]);
    expect(echo.heard()).not.toMatch(/[bc]/);

    await proxy.heal();
    await hears(caller, 'ab');
    await hears(late, 'c');
  });

  it('loses what a black hole holds when it is cut', async () => {
    const caller = client();
    caller.socket.write('a');
    await hears(caller, 'a');
    await proxy.blackHole();
    caller.socket.write('lost');
    await proxy.cut();
    expect(await ends(caller)).toBe('ECONNRESET');
    await proxy.heal();
    const after = client();
    after.socket.write('b');
    await hears(after, 'b');
    expect(echo.heard()).toBe('ab');
  });

  it('loses what it holds for a sender that has hung up, too', async () => {
    const caller = client();
    caller.socket.write('a');
    await hears(caller, 'a');
    await proxy.blackHole();
    caller.socket.end('lost');
    await waitFor(() => caller.socket.writableFinished, { what: 'the sender to hang up' });
    await talkPastTheProxy();
    await proxy.cut();
    await proxy.heal();
    const after = client();
    after.socket.write('b');
    await hears(after, 'b');
    expect(echo.heard()).not.toContain('lost');
  });

  it('lets requests pass and holds replies back', async () => {
    const caller = client();
    await proxy.dropReplies();
    caller.socket.write('request');
    await hears(echo, 'request');
    await talkPastTheProxy();
    expect(caller.heard()).toBe('');
    await proxy.heal();
    await hears(caller, 'request');
  });

  it('lets a request pass that is never answered, and answers those before it', async () => {
    const caller = client();
    const isUnanswered = proxy.dropRepliesFrom((request) => request.includes('second'));
    caller.socket.write('first');
    await hears(caller, 'first');
    caller.socket.write('second');
    await isUnanswered;
    await hears(echo, 'firstsecond');
    await talkPastTheProxy();
    expect(caller.heard()).toBe('first');
  });

  it('delivers a request whose sender has hung up in the meantime', async () => {
    const caller = client();
    caller.socket.write('a');
    await hears(caller, 'a');
    await proxy.blackHole();
    caller.socket.end('b');
    await waitFor(() => caller.socket.writableFinished, { what: 'the sender to hang up' });
    await proxy.heal();
    await hears(echo, 'ab');
  });

  it('delays each way', async () => {
    proxy.delay(60);
    const caller = client();
    const start = performance.now();
    caller.socket.write('slow');
    await hears(caller, 'slow');
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  it('does not make a long message wait once for each of its parts', async () => {
    proxy.delay(50);
    const caller = client();
    const text = 'x'.repeat(2_000_000);
    const start = performance.now();
    caller.socket.write(text);
    await hears(caller, text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('limits the bandwidth', async () => {
    proxy.limit(100_000);
    const caller = client();
    const text = 'x'.repeat(20_000);
    const start = performance.now();
    caller.socket.write(text);
    await hears(caller, text);
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
  });

  it('resets its clients when the server is gone', async () => {
    await echo.close();
    expect(await ends(client())).toBe('ECONNRESET');
  });

  it('names itself in a connection string that cannot go past it', () => {
    expect(proxy.uri('bomba')).toBe(`mongodb://127.0.0.1:${proxy.port}/bomba?directConnection=true`);
  });
});
