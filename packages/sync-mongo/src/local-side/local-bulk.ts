import { isSyncError, SyncError } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection, type WriteConcern } from 'mongodb';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { sendBulk } from '../side/bulk.js';
import { systemClock } from '../system/system-clock.js';
import { LocalTally, type NumberedWrite } from './local-tally.js';
import { type LocalOutcome, type LocalWrite } from './local-write.js';
import { type LockWatch } from './lock-watch.js';

/** How long a bulk waits for documents that transactions hold, in all. */
const BULK_PATIENCE_MS = 1_000;
/** How long one document is waited for. */
const SINGLE_PATIENCE_MS = 250;
/** How much later than it was told a server may say that the time is up. */
const ANSWER_GRACE_MS = 250;
/** How many documents are written side by side where each is written by itself. */
const SIDE_BY_SIDE = 8;

/** How a bulk is sent to Local. */
export interface LocalBulkOptions {
  readonly locks: LockWatch;
  readonly writeConcern?: WriteConcern;
}

/**
 * Sends an unordered bulk to Local. A server has a write wait for as long as a transaction holds its document, and with
 * it all that come behind it in the bulk. So where that takes too long, each is written by itself, and what is locked is
 * told instead of waited for. Every write must be one that may be repeated.
 */
export async function sendLocalBulk(
  collection: Collection,
  writes: readonly LocalWrite[],
  { locks, writeConcern }: LocalBulkOptions,
): Promise<LocalOutcome> {
  const tally = new LocalTally(locks);
  const send = async (part: readonly NumberedWrite[], maxTimeMS: number): Promise<boolean> => {
    const operations = part.map(({ operation }) => operation);
    const options = { side: 'local', maxTimeMS, ...(writeConcern && { writeConcern }) } as const;
    try {
      tally.add(part, await inTime(operations, maxTimeMS, sendBulk(collection, operations, options)));
      return true;
    } catch (error) {
      if (isTimeUp(error)) return false;
      throw error;
    }
  };
  const { together, alone } = tally.plan(writes);
  if (together.length > 0 && !(await send(together, BULK_PATIENCE_MS))) alone.push(...together);
  await sideBySide(alone, async (write) => {
    if (!(await send([write], SINGLE_PATIENCE_MS))) tally.foundLocked(write);
  });
  return tally;
}

/**
 * The server is to end by itself what takes too long; one that does not is not waited for. But an insertion is, as one
 * that is done late could bring back what was deleted since.
 */
async function inTime<Outcome>(
  operations: readonly AnyBulkWriteOperation[],
  maxTimeMS: number,
  sent: Promise<Outcome>,
): Promise<Outcome> {
  if (operations.some((operation) => 'insertOne' in operation)) return sent;
  const answered = new AbortController();
  const late = systemClock.sleep(maxTimeMS + ANSWER_GRACE_MS, answered.signal).then((): Outcome => {
    const context = { side: 'local', serverCode: mongoCode.maxTimeMSExpired };
    throw new SyncError('SYNC_WRITE_TRANSIENT', 'Local does not say that the time is up.', { context });
  });
  late.catch(() => undefined); // where the answer was there first
  sent.catch(() => undefined); // where the answer comes too late
  try {
    return await Promise.race([sent, late]);
  } finally {
    answered.abort();
  }
}

function isTimeUp(error: unknown): boolean {
  return isSyncError(error) && error.context['serverCode'] === mongoCode.maxTimeMSExpired;
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const workers = Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, async () => {
    for (const item of waiting) await work(item);
  });
  await Promise.all(workers);
}
