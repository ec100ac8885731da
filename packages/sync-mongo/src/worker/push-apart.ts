import {
  collectionOf,
  type DocumentKey,
  pushOperations,
  type PushWork,
  type SyncError,
  type SyncOperation,
} from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Lane } from '../engine/lane.js';
import { failureUnlessBroken } from './failure-unless-broken.js';
import { goApart } from './go-apart.js';
import { type WriteSetbacks } from './write-setbacks.js';

/** What a batch is pushed over. */
export interface PushPlace {
  readonly lane: Lane;
  readonly work: PushWork;
  readonly setbacks: WriteSetbacks;
  readonly signal: AbortSignal;
}

/** Pushes a batch so that what fails harms nothing else. Throws only what ends the connection. */
export async function pushApart(
  parts: EngineParts,
  place: PushPlace,
  batch: readonly SyncOperation[],
): Promise<void> {
  const left = await goApart(batch, {
    keyOf: ({ key }) => key,
    collectionFor: ({ key }) => collectionOf(key),
    setbacks: place.setbacks,
    attempt: (operations) => tryToPush(parts, place, operations),
  });
  for (const { key } of left) place.work.left.add(key);
}

/** Returns why it failed; null where it did not. */
async function tryToPush(
  parts: EngineParts,
  { lane, work, setbacks, signal }: PushPlace,
  operations: readonly SyncOperation[],
): Promise<SyncError | null> {
  const { pushSize, options } = parts;
  const startedMs = options.clock.monotonic();
  const keys = operations.map(({ key }) => key);
  const taken = new Set(keys.filter((key) => lane.context.mayPush?.(key) ?? true));
  const skip = (key: DocumentKey): boolean => !taken.has(key);
  try {
    const turn = await lane.run(pushOperations(lane.context, { work, skip }, operations));
    const durationMs = options.clock.monotonic() - startedMs;
    const isCut = turn.keyCount < taken.size;
    if (turn.pushedCount > 0) pushSize.answered({ count: turn.keyCount, durationMs, isCut });
    setbacks.succeeded([...taken]);
    return null;
  } catch (error) {
    return failureUnlessBroken(error, signal);
  }
}
