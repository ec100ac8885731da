import { backoffDelay, collectionOf, type DocumentKey, type SyncError } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { vouchFor } from '../audit/vouched-writes.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { isAborted } from '../engine/is-aborted.js';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { systemRandom } from '../system/system-random.js';
import { LocalChangeListener } from './local-change-listener.js';
import { type UnmarkedWrite } from './mark-written.js';
import { LocalPositionStore } from './local-position-store.js';

/** How often the position of a stream without foreign writes is saved: what is older the server may forget. */
const IDLE_SAVE_MS = 10_000;

/**
 * How long a stream that has shown something is left alone: asking for every few writes of an application, or of push,
 * costs the server and this process more than the events do.
 */
const REST_MS = 100;

/** A pool that small would be held up by a stream: the application comes first. */
const SMALLEST_POOL = 3;

/** What the watch over Local works with. */
export interface WatchOptions {
  readonly db: Db;
  /** The lease's epoch. */
  readonly epoch: number;
  /** Open once Atlas has confirmed who this Local is: what happened to one that was restored is no work of anybody. */
  readonly identified: Gate;
  readonly signal: AbortSignal;
}

/**
 * Finds what is written to Local past capture, from the first connection to Atlas on, whether it stays there or not. Where
 * Local has no change streams (a standalone), or has forgotten the position, comparisons find it. Never throws.
 */
export function watchLocal(parts: EngineParts, options: WatchOptions): Promise<void> {
  return vouchFor(() => watch(parts, options));
}

async function watch(parts: EngineParts, options: WatchOptions): Promise<void> {
  const { clock, retry } = parts.options;
  let failures = 0;
  if (!hasRoom(parts, options)) return;
  await options.identified.opened(options.signal);
  while (!options.signal.aborted) {
    try {
      await watchOnce(parts, options, () => (failures = 0));
    } catch (error) {
      if (isAborted(options.signal)) return;
      const failure = mapMongoError(error, 'local');
      if (failures++ === 0) tell(parts, failure);
      if (failure.code === 'SYNC_CONN_NOT_REPLICA_SET') return;
      if (failure.code === 'SYNC_STREAM_HISTORY_LOST')
        await startAnew(parts, options.db).catch(() => undefined);
    }
    await clock.sleep(backoffDelay(failures, retry, systemRandom), options.signal);
  }
}

async function watchOnce(
  parts: EngineParts,
  { db, epoch, signal }: WatchOptions,
  onOpen: () => void,
): Promise<void> {
  const { capture, clock: ids, options } = parts;
  const listener = new LocalChangeListener({
    db,
    epoch,
    instanceId: () => parts.board.snapshot().instanceId ?? '',
    excluded: options.excludedFields,
    isSynced: (collection) => capture.collections().includes(collection),
    positions: new LocalPositionStore(db),
    ids: { random: systemRandom, nextId: () => ids.next() },
    onForeign: (keys) => announce(parts, keys),
    onUnmarked: (writes) => tellUnmarked(parts, writes),
    onGone: () => parts.gone.check(),
  });
  try {
    await listener.start();
    onOpen();
    let savedAtMs = options.clock.monotonic();
    while (!signal.aborted) {
      const save = options.clock.monotonic() - savedAtMs > IDLE_SAVE_MS;
      const came = await listener.step({ save });
      if (save) savedAtMs = options.clock.monotonic();
      if (came === 'some') await options.clock.sleep(REST_MS, signal);
    }
  } finally {
    await listener.stop();
  }
}

function announce({ chores, options, pushDue }: EngineParts, keys: readonly DocumentKey[]): void {
  options.logger.info('documents were written to Local past capture; they are synced too', {
    count: keys.length,
  });
  options.metrics.count('bomba_sync_foreign_local_writes_total', keys.length, {});
  pushDue.call();
  chores.call();
}

/** Once for each: no mark, and no quarantine, can say it in the database. */
function tellUnmarked({ options }: EngineParts, writes: readonly UnmarkedWrite[]): void {
  for (const { key, refusal } of writes) {
    options.logger.warn(
      'a document was written to Local past capture, and cannot be marked: it does not travel',
      {
        collection: collectionOf(key),
        documentId: key,
        code: refusal.code,
      },
    );
  }
}

/** The changes since the position are gone: both sides are compared instead, by digest. */
async function startAnew({ capture, pauses, chores }: EngineParts, db: Db): Promise<void> {
  for (const collection of capture.collections()) await pauses.markStale(collection);
  await new LocalPositionStore(db).forget();
  chores.call();
}

function hasRoom({ options }: EngineParts, { db }: WatchOptions): boolean {
  const { maxPoolSize } = db.client.options;
  if (maxPoolSize === 0 || maxPoolSize >= SMALLEST_POOL) return true;
  options.logger.warn(
    'the pool of Local is too small for a stream; comparisons find what is written past capture',
    {
      maxPoolSize,
    },
  );
  return false;
}

function tell({ options }: EngineParts, { code, context, message }: SyncError): void {
  options.logger.info(`Local is not watched for writes past capture: ${message}`, { ...context, code });
}
