import { describe, expect, it } from '@jest/globals';
import { type SyncErrorCode } from '@bomba/sync-core';
import { ReconnectPace } from '../../../src/engine/reconnect-pace.js';

const MAX_MS = 60_000;

/** A pace, and the sleeps it asked for, each of which ends when its function is called. */
function paced() {
  const sleeps: { readonly durationMs: number; readonly end: () => Promise<void> }[] = [];
  let recoveredCount = 0;
  const sleep = (durationMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true });
      sleeps.push({ durationMs, end: async () => resolve() });
    });
  const pace = new ReconnectPace({
    clock: { sleep },
    policy: { baseMs: 1_000, maxMs: MAX_MS },
    onRecovered: () => recoveredCount++,
  });
  /** A connection opens and breaks at once. */
  const breakSoon = async (code: SyncErrorCode): Promise<number> => {
    const end = new AbortController();
    pace.opened(end.signal);
    end.abort();
    await Promise.resolve();
    return pace.failed({ code });
  };
  return { pace, sleeps, breakSoon, recoveredCount: () => recoveredCount };
}

describe('a connection that breaks soon after it has opened', () => {
  it('counts on from those before, so that the waits grow and the alarm comes', async () => {
    const { breakSoon, recoveredCount } = paced();
    const attempts: number[] = [];
    for (let i = 0; i < 12; i++) attempts.push(await breakSoon('SYNC_CONN_AUTH'));
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(recoveredCount()).toBe(1); // the very first, before anything had failed
  });

  it('counts from the beginning once one has lasted', async () => {
    const { pace, sleeps, breakSoon, recoveredCount } = paced();
    await breakSoon('SYNC_CONN_AUTH');
    pace.opened(new AbortController().signal);
    expect(recoveredCount()).toBe(1);
    expect(sleeps.at(-1)?.durationMs).toBe(MAX_MS);
    await sleeps.at(-1)?.end();
    expect(recoveredCount()).toBe(2);
    expect(pace.failed({ code: 'SYNC_CONN_AUTH' })).toBe(1);
  });
});

describe('an Atlas that did not answer', () => {
  it('counts as back when it answers, and is not waited for long before', () => {
    const { pace, recoveredCount } = paced();
    for (let i = 0; i < 100; i++) pace.failed({ code: 'SYNC_CONN_UNREACHABLE' });
    for (let i = 0; i < 100; i++) expect(pace.delayMs).toBeLessThanOrEqual(1_000);
    pace.opened(new AbortController().signal);
    expect(recoveredCount()).toBe(1);
    expect(pace.failed({ code: 'SYNC_CONN_UNREACHABLE' })).toBe(1);
  });
});
