import { describe, expect, it } from '@jest/globals';
import { ChangeProcessor, type ChangeProcessorOptions } from '../../../src/apply/change-processor.js';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { type StreamEvent } from '../../../src/stream/stream-event.js';

/** What is paused, and how the work ends, where the stream shows these events. */
async function processed(...kinds: readonly ('database-gone' | 'invalidated')[]) {
  const paused: unknown[] = [];
  const pauses = {
    isPaused: () => false,
    pauseItself: async (collection: string) => void paused.push(collection),
    markStale: async () => undefined,
  };
  const options = { clock: { monotonic: () => 0 }, logger: { error: () => undefined } };
  const processor = new ChangeProcessor(
    { options, pauses } as unknown as EngineParts,
    { link: { pulled: ['bills', 'items', '_sync_conflicts'] } } as unknown as ChangeProcessorOptions,
  );
  const events = kinds.map((kind): StreamEvent => ({ kind }));
  const end: unknown = await processor.processBatch({ events, token: null }).catch((error: unknown) => error);
  return { paused, end };
}

describe('the end of the stream', () => {
  it('alone pauses nothing, as shards that move may cause it too: both sides are compared', async () => {
    const { paused, end } = await processed('invalidated');
    expect(paused).toEqual([]);
    expect(end).toMatchObject({ code: 'SYNC_STREAM_HISTORY_LOST' });
  });

  it('that comes of a dropped database pauses its collections, and the operator chooses', async () => {
    const { paused, end } = await processed('database-gone', 'invalidated');
    expect(paused).toEqual(['bills', 'items']);
    expect(end).toMatchObject({ code: 'SYNC_STREAM_HISTORY_LOST' });
  });
});
