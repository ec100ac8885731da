import {
  type Clock,
  type DocumentKey,
  type LocalSide,
  sameWrite,
  type Stamp,
  SyncError,
} from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';
import { type SyncedOutcome } from '../sync.js';

const FIRST_POLL_MS = 5;
const MAX_POLL_MS = 250;

/** What waiting works with. */
export interface SyncedOptions {
  readonly db: Db;
  readonly local: LocalSide;
  readonly clock: Clock;
  readonly key: DocumentKey;
  readonly timeoutMs: number;
}

/** The last write of a key: its id, and the version that it builds on. */
interface LastWrite {
  readonly id: Stamp | null;
  readonly base: Stamp | null;
  readonly held: boolean;
  readonly isThere: boolean;
}

/** Waits until the last write of a document is settled, and tells how. Throws SYNC_TIMEOUT. */
export async function awaitSynced(options: SyncedOptions): Promise<SyncedOutcome> {
  const { clock, timeoutMs } = options;
  const deadline = clock.monotonic() + timeoutMs;
  const awaited = await lastWrite(options);
  if (awaited.id === null)
    return !awaited.isThere && (await isSetAside(options, null)) ? 'quarantined' : 'applied';
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
    const now = await lastWrite(options);
    if (now.held && sameWrite(now.id, awaited.id)) return 'quarantined';
    if (now.id === null && (await isSetAside(options, awaited.id))) return 'quarantined';
    if (!sameWrite(now.id, awaited.id) && (now.id === null || now.base !== awaited.base))
      return outcomeOf(options, awaited.id);
    if (clock.monotonic() >= deadline) {
      throw new SyncError('SYNC_TIMEOUT', `The document is not settled after ${timeoutMs} ms.`);
    }
    await clock.sleep(pollMs);
  }
}

async function lastWrite({ local, key }: SyncedOptions): Promise<LastWrite> {
  const [document] = await local.run({ side: 'local', op: 'readDocuments', entries: [key] });
  if (document) return { id: document.dirty, base: document.stamp, held: document.held, isThere: true };
  const [tombstone] = await local.run({ side: 'local', op: 'readTombstones', entries: [key] });
  return { id: tombstone?.pending ?? null, base: tombstone?.base ?? null, held: false, isThere: false };
}

/** Left its document to make way for another one; `id` null: whichever write of the document did so. */
async function isSetAside({ db, key }: SyncedOptions, id: Stamp | null): Promise<boolean> {
  const stamps = await stampsUnder(db, stateCollections.quarantine, `local-to-atlas ${key}`);
  return id === null ? stamps.length > 0 : stamps.some((stamp) => sameWrite(stamp, id));
}

/** A write that is no longer dirty has been applied, unless the conflict store has it. */
async function outcomeOf({ db, key }: SyncedOptions, id: Stamp): Promise<SyncedOutcome> {
  const stamps = await stampsUnder(db, stateCollections.conflicts, key);
  return stamps.some((stamp) => sameWrite(stamp, id)) ? 'superseded' : 'applied';
}

/** The writes of a key that a store has, by its `_id`s: the time of one that was put right is another than was asked for. */
async function stampsUnder(db: Db, store: string, prefix: string): Promise<readonly Stamp[]> {
  const ofKey = { _id: { $gt: `${prefix} `, $lt: `${prefix}!` } };
  const found = await db
    .collection<{ _id: string }>(store)
    .find(ofKey, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id.slice(prefix.length + 1) as Stamp);
}
