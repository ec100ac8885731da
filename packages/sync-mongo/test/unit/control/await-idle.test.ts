import { describe, expect, it } from '@jest/globals';
import { type LocalSide } from '@bomba/sync-core';
import { awaitIdle } from '../../../src/control/await-idle.js';
import { type Requests } from '../../../src/control/requests.js';

/** A branch with nothing to push, whose requests fare like that, one after the other. */
function branchWhoseRequestsAre(...states: readonly ('done' | 'forgotten')[]) {
  let askedCount = 0;
  const requests = {
    ask: () => Promise.resolve(String(askedCount++)),
    stateOf: (id: string) => Promise.resolve(states[Number(id)] ?? 'waiting'),
    withdraw: () => Promise.resolve(),
  } as unknown as Requests;
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: (ms: number) => Promise.resolve(void (nowMs += ms)),
  };
  const local = { run: () => Promise.resolve([]) } as unknown as LocalSide;
  const idle = awaitIdle({ local, requests, clock, timeoutMs: 5_000, onAsked: () => undefined });
  return { idle, askedCount: () => askedCount };
}

describe('waiting until a branch is idle', () => {
  it('ends when the stream has passed the marker', async () => {
    const { idle, askedCount } = branchWhoseRequestsAre('done');
    await idle;
    expect(askedCount()).toBe(1);
  });

  it('asks again where its request was dropped unanswered, as after an hour offline', async () => {
    const { idle, askedCount } = branchWhoseRequestsAre('forgotten', 'forgotten', 'done');
    await idle;
    expect(askedCount()).toBe(3);
  });

  it('is told that it took too long', async () => {
    await expect(branchWhoseRequestsAre().idle).rejects.toMatchObject({ code: 'SYNC_TIMEOUT' });
  });
});
