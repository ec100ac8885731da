import { describe, expect, it } from '@jest/globals';
import { createDocumentKey } from '@bomba/sync-core';
import { ChangeProcessor, type ChangeProcessorOptions } from '../../../src/apply/change-processor.js';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { type StreamBatch } from '../../../src/stream/atlas-change-listener.js';

/** For how long pull rests in all, in ms, where it reads batches of so many events of a collection that is not synced. */
async function restOf(counts: readonly number[], maxEventsPerSecond?: number): Promise<number> {
  const end = new AbortController();
  let restMs = 0;
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: async (ms: number) => Promise.resolve(void (restMs += ms)),
  };
  const changeStream = { maxReconnectAttempts: 10, ...(maxEventsPerSecond && { maxEventsPerSecond }) };
  const parts = { options: { clock, changeStream }, board: { set: () => undefined } };
  const change = { kind: 'hint', key: createDocumentKey('others', 'num:1') } as const;
  const batchOf = (count: number): StreamBatch => ({
    events: Array.from({ length: count }, () => ({ kind: 'change', change }) as const),
    token: { count },
  });
  const rest = counts.slice(1);
  const next = async (): Promise<StreamBatch> => {
    const count = rest.shift();
    if (count === undefined) end.abort();
    return Promise.resolve(batchOf(count ?? 0));
  };
  const link = {
    pulled: [],
    signal: end.signal,
    isEnded: () => false,
    setbacks: { pull: { isAtRest: true } },
  };
  const options = {
    ...{ link, listener: { next }, markers: { passed: () => undefined } },
    ...{ complete: { isOpen: false }, caughtUp: { isOpen: false } },
  };
  const processor = new ChangeProcessor(
    parts as unknown as EngineParts,
    options as unknown as ChangeProcessorOptions,
  );
  await processor.run(batchOf(counts[0] ?? 0));
  return restMs;
}

describe('pull', () => {
  it('rests where changeStream.maxEventsPerSecond is set, for as long as a batch is of events', async () => {
    expect(await restOf([100, 25], 50)).toBe(2_500);
  });

  it('does not rest where it is not set, nor over a batch without events', async () => {
    expect(await restOf([100, 25])).toBe(0);
    expect(await restOf([0, 0], 50)).toBe(0);
  });
});
