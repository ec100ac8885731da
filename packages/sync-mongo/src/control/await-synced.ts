import { type Clock, type DocumentKey, type LocalSide, type Stamp, SyncError } from '@bomba/sync-core';
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
    if (now.held && now.id === awaited.id) return 'quarantined';
    if (now.id === null && (await isSetAside(options, awaited.id))) return 'quarantined';
    if (now.id !== awaited.id && (now.id === null || now.base !== awaited.base))
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

/** Left its document to make way for another one; `id` null: whichever write of the document did so. Found by `_id` alone. */
async function isSetAside({ db, key }: SyncedOptions, id: Stamp | null): Promise<boolean> {
  const prefix = `local-to-atlas ${key} `;
  const _id = id === null ? { $gt: prefix, $lt: `local-to-atlas ${key}!` } : prefix + id;
  const quarantine = db.collection<{ _id: string }>(stateCollections.quarantine);
  return (await quarantine.findOne({ _id }, { projection: { _id: 1 } })) !== null;
}

/** A write that is no longer dirty has been applied, unless the conflict store has it. */
async function outcomeOf({ db, key }: SyncedOptions, id: Stamp): Promise<SyncedOutcome> {
  const conflicts = db.collection<{ _id: string }>(stateCollections.conflicts);
  return (await conflicts.findOne({ _id: `${key} ${id}` })) ? 'superseded' : 'applied';
}
