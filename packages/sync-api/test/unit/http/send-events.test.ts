import { setImmediate as turn } from 'node:timers/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type Response } from 'express';
import { sendEvents, type StreamedEvent } from '../../../src/http/send-events.js';

/** A client that reads nothing until the test does. */
function slowClient() {
  const stream = new PassThrough({ highWaterMark: 64 });
  const headers = { status: () => response, set: () => response, flushHeaders: () => undefined };
  const response = Object.assign(stream, headers) as unknown as Response;
  return { stream, response };
}

/** A time that does not go by, unless the test says so. */
function standing() {
  const wakes: (() => void)[] = [];
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      wakes.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  return { sleep, goOn: () => wakes.splice(0).forEach((wake) => wake()) };
}

describe('events that are sent to a client', () => {
  const clock = standing();

  it('wait where it reads slowly: the source is asked for one at a time', async () => {
    const { stream, response } = slowClient();
    const gone = new AbortController();
    let askedCount = 0;
    const events = (async function* (): AsyncGenerator<StreamedEvent> {
      for (;;) {
        askedCount += 1;
        await turn();
        yield { name: 'progress', data: 'x'.repeat(100), isLast: false };
      }
    })();
    const sending = sendEvents(response, { events, gone: gone.signal }, clock);
    for (let i = 0; i < 20; i++) await turn();
    expect(askedCount).toBe(1);
    stream.resume();
    while (askedCount < 3) await turn();
    gone.abort();
    await sending;
    expect(stream.writableEnded).toBe(true);
  });

  it('come with a comment once in a while where nothing happens, so that nobody takes the stream for dead', async () => {
    const { stream, response } = slowClient();
    const gone = new AbortController();
    const nothing = (async function* (): AsyncGenerator<StreamedEvent> {
      await new Promise((resolve) => gone.signal.addEventListener('abort', resolve, { once: true }));
    })();
    const time = standing();
    const sending = sendEvents(response, { events: nothing, gone: gone.signal }, time);
    for (const text of [':\n\n', ':\n\n']) {
      time.goOn();
      await turn();
      expect(String(stream.read())).toBe(text);
    }
    gone.abort();
    await sending;
    await turn();
    expect(stream.read()).toBeNull();
  });

  it('end with their source where that fails', async () => {
    const { stream, response } = slowClient();
    const failure = new Error('Local is away');
    const events = (async function* (): AsyncGenerator<StreamedEvent> {
      await turn();
      yield { name: 'progress', data: 1, isLast: false };
      throw failure;
    })();
    await expect(sendEvents(response, { events, gone: new AbortController().signal }, clock)).rejects.toBe(
      failure,
    );
    expect(stream.writableEnded).toBe(true);
  });
});
