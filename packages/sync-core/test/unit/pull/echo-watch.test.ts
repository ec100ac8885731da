import { describe, expect, it } from '@jest/globals';
import { createStamp } from '../../../src/protocol/stamp.js';
import { EchoWatch } from '../../../src/pull/echo-watch.js';

const stampAt = (timeMs: number): ReturnType<typeof createStamp> =>
  createStamp({ timeMs, counter: 0, random: new Uint8Array(16) });

describe('EchoWatch', () => {
  it('calls a pushed version an echo once: the second time a foreign hand wrote it back', () => {
    const echoes = new EchoWatch();
    echoes.expect(stampAt(1));
    expect(echoes.take(stampAt(1))).toBe(true);
    expect(echoes.take(stampAt(1))).toBe(false);
  });

  it('calls no version an echo that this process did not push', () => {
    expect(new EchoWatch().take(stampAt(1))).toBe(false);
  });

  it('forgets the oldest beyond its limit', () => {
    const echoes = new EchoWatch({ limit: 2 });
    for (const timeMs of [1, 2, 3]) echoes.expect(stampAt(timeMs));
    expect([1, 2, 3].map((timeMs) => echoes.take(stampAt(timeMs)))).toEqual([false, true, true]);
  });
});
