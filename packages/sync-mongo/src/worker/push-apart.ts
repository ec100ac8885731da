import {
  type DocumentKey,
  pushOperations,
  type PushWork,
  type SyncError,
  type SyncOperation,
} from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { isAborted } from '../engine/is-aborted.js';
import { type Lane } from '../engine/lane.js';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { groupByCollection } from '../side/group-by-collection.js';
import { type PushSetbacks } from './push-setbacks.js';

/** How often one search for a document at fault may fail: where all fail, it is not for one of them. */
const MAX_FAILURES = 24;

/** Codes of failures that one document may have caused: no word of the server about its own state. */
const doubtfulCodes: ReadonlySet<string> = new Set(['SYNC_WRITE_UNCERTAIN', 'SYNC_BUG']);

type Operations = readonly SyncOperation[];

/** What a batch is pushed over. */
export interface PushPlace {
  readonly lane: Lane;
  readonly work: PushWork;
  readonly setbacks: PushSetbacks;
  readonly signal: AbortSignal;
}

/**
 * Pushes a batch so that what fails harms nothing else: the collections of a batch that failed are pushed one by one,
 * and of those that fail again the document is looked for that may be at fault. What failed before is tried by itself.
 * Throws only what ends the connection.
 */
export async function pushApart(parts: EngineParts, place: PushPlace, batch: Operations): Promise<void> {
  const isKnown = ({ key }: SyncOperation): boolean => place.setbacks.isKnown(key);
  for (const known of batch.filter(isKnown)) await pushGroups(parts, place, [known]);
  await pushGroups(
    parts,
    place,
    batch.filter((operation) => !isKnown(operation)),
  );
}

async function pushGroups(parts: EngineParts, place: PushPlace, batch: Operations): Promise<void> {
  const failure = await tryToPush(parts, place, batch);
  if (!failure) return;
  const groups = groupByCollection(batch, ({ key }) => key);
  for (const [collection, placed] of groups) {
    const group = placed.map(({ entry }) => entry);
    const own = groups.size === 1 ? failure : await tryToPush(parts, place, group);
    if (own) await searchFault(parts, place, { collection, group, failure: own });
  }
}

interface Failed {
  readonly collection: string;
  readonly group: Operations;
  readonly failure: SyncError;
}

/** Halves what failed until single documents are left; where nothing passes at all, it is the collection. */
async function searchFault(parts: EngineParts, place: PushPlace, failed: Failed): Promise<void> {
  const { collection, group } = failed;
  const open: Operations[] = doubtfulCodes.has(failed.failure.code) ? halvesOf(group) : [];
  const left = new Set(keysOf(group));
  const atFault = group.length === 1 ? [...left] : [];
  let { failure } = failed;
  let failedCount = 0;
  for (let part = open.pop(); part && failedCount < MAX_FAILURES; part = open.pop()) {
    const again = await tryToPush(parts, place, part);
    if (!again) for (const { key } of part) left.delete(key);
    else {
      failure = again;
      failedCount++;
      open.push(...halvesOf(part));
      if (part.length === 1) atFault.push(...keysOf(part));
    }
  }
  const { setbacks, work } = place;
  const isOfDocuments = left.size < group.length || [...left].every((key) => setbacks.isKnown(key));
  if (isOfDocuments) setbacks.documentsFailed(atFault, failure);
  else setbacks.collectionFailed(collection, failure);
  for (const key of left) work.left.add(key);
}

function halvesOf(group: Operations): Operations[] {
  if (group.length < 2) return [];
  const middle = Math.ceil(group.length / 2);
  return [group.slice(middle), group.slice(0, middle)];
}

function keysOf(operations: Operations): readonly DocumentKey[] {
  return operations.map(({ key }) => key);
}

/** Returns why it failed; null where it did not. */
async function tryToPush(
  parts: EngineParts,
  { lane, work, setbacks, signal }: PushPlace,
  operations: Operations,
): Promise<SyncError | null> {
  const { pushSize, options } = parts;
  const startedMs = options.clock.monotonic();
  const taken = new Set(keysOf(operations).filter((key) => lane.context.mayPush?.(key) ?? true));
  const skip = (key: DocumentKey): boolean => !taken.has(key);
  try {
    const turn = await lane.run(pushOperations(lane.context, { work, skip }, operations));
    const durationMs = options.clock.monotonic() - startedMs;
    if (turn.pushedCount > 0) pushSize.answered({ count: turn.keyCount, durationMs });
    setbacks.succeeded([...taken]);
    return null;
  } catch (error) {
    const failure = mapMongoError(error, 'atlas');
    if (isAborted(signal) || failure.code === 'SYNC_CONN_UNREACHABLE') throw failure;
    return failure;
  }
}
