import {
  collectionOf,
  type DocumentKey,
  type LocalOperation,
  type LocalTombstone,
  type Stamp,
} from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { keptOnLocal, leftIn } from '../fields/left-fields.js';
import { greaterOf } from '../side/greater-of.js';
import { sendUpserts } from '../side/send-upserts.js';
import { storeUpserts } from '../side/store-upserts.js';
import { stateCollections } from '../state/state-collections.js';
import { sendLocalBulk } from './local-bulk.js';
import { durable, type LocalContext, type LockingContext } from './local-context.js';
import { type LocalOutcome, type LocalWrite } from './local-write.js';
import { readTombstones } from './read.js';

type Asked<Name extends LocalOperation['op']> = Extract<LocalOperation, { readonly op: Name }>;
type AmendEntry = Asked<'amendTombstone'>['entries'][number];
type Change = AmendEntry['set'];

const TOMBSTONE = 'tombstone';

/** Notes deletions known to be on Atlas; only upwards, and pending ones stay. False where a record is locked. */
export async function noteTombstones(
  context: LockingContext,
  entries: Asked<'noteTombstone'>['entries'],
): Promise<readonly boolean[]> {
  const upserts = entries.map(toUpsert);
  const notNoted = new Set<LocalWrite>();
  const left = await sendUpserts(upserts, async (open) => {
    const outcome = await sendTombstones(context, open);
    for (const [i, upsert] of open.entries()) if (outcome.locked.has(i)) notNoted.add(upsert);
    return outcome;
  });
  for (const upsert of left) notNoted.add(upsert);
  return upserts.map((upsert) => !notNoted.has(upsert));
}

function toUpsert({ key, stamp, over }: Asked<'noteTombstone'>['entries'][number]): LocalWrite {
  const set = {
    collection: { $literal: collectionOf(key) },
    notedAt: '$$NOW',
    left: { $cond: [{ $gt: [toBinary(stamp), '$stamp'] }, '$$REMOVE', '$left'] },
    stamp: greaterOf('$stamp', stamp),
    over: { $cond: [{ $gt: [toBinary(stamp), '$stamp'] }, literal(over) ?? '$$REMOVE', '$over'] },
  };
  return {
    key,
    operation: { updateOne: { filter: { _id: key }, update: [{ $set: set }], upsert: true } },
  };
}

/** Locked under a name of their own: the document itself may be free. */
function sendTombstones({ db, locks }: LockingContext, writes: readonly LocalWrite[]): Promise<LocalOutcome> {
  const named = writes.map(({ key, operation }) => ({
    key: `${TOMBSTONE} ${key}` as DocumentKey,
    operation,
  }));
  const collection = db.collection(stateCollections.tombstones);
  return sendLocalBulk(collection, named, { locks, writeConcern: durable });
}

/**
 * Notes that documents are about to leave Local, though nobody deletes them: the local stream is to pass over it, and their
 * excluded fields are to be there again when they are.
 */
export async function noteRemovals(
  { db, excluded }: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly undefined[]> {
  const kept = await keptOnLocal({ db, excluded }, keys);
  const writes = keys.map((key): AnyBulkWriteOperation => {
    const left = leftIn(kept(key));
    const marks = { collection: { $literal: collectionOf(key) }, notedAt: '$$NOW' };
    const update = [{ $set: { ...marks, left: left ? { $literal: left } : '$$REMOVE' } }];
    return { updateOne: { filter: { _id: key }, update, upsert: true } };
  });
  const collection = db.collection(stateCollections.tombstones);
  await storeUpserts(collection, writes, { side: 'local', writeConcern: durable });
  return keys.map(() => undefined);
}

/** Records a delete of the application as pending, where no later one is. */
export async function notePending(
  context: LocalContext,
  { key, pending, base, last }: Pick<Asked<'notePending'>, 'key' | 'pending' | 'base' | 'last'>,
): Promise<undefined> {
  const isLater = { $gt: ['$pending', literal(pending)] };
  const unlessLater = (value: unknown, field: string): Document => ({ $cond: [isLater, `$${field}`, value] });
  const inherited = { $cond: [isPending, '$base', '$stamp'] };
  const set = {
    collection: { $literal: collectionOf(key) },
    notedAt: '$$NOW',
    left: '$$REMOVE',
    pending: unlessLater(literal(pending), 'pending'),
    base: unlessLater(base ? literal(base) : inherited, 'base'),
    last: unlessLater(last ? literal(last) : '$last', 'last'),
  };
  await tombstones(context).updateOne({ _id: key }, [{ $set: set }], { upsert: true, writeConcern: durable });
  return undefined;
}

/** Changes pending deletions, where each is still the one that was looked at. */
export async function amendTombstones(
  context: LockingContext,
  entries: Asked<'amendTombstone'>['entries'],
): Promise<readonly boolean[]> {
  const writes = entries.map(({ key, pending, set }): LocalWrite => {
    const filter = { _id: key, pending: toBinary(pending) } as Document;
    const update = [{ $set: { ...changeOf(set), notedAt: '$$NOW' } }];
    return { key, operation: { updateOne: { filter, update } } };
  });
  const { matchedCount } = await sendTombstones(context, writes);
  if (matchedCount === entries.length) return entries.map(() => true);
  const now = await readTombstones(
    context,
    entries.map(({ key }) => key),
  );
  return entries.map((entry, i) => isAmended(entry, now[i] ?? null));
}

/** Tells, where fewer were changed than asked, whether this one is as it was to become. */
function isAmended({ pending, set }: AmendEntry, now: LocalTombstone | null): boolean {
  if (!now) return false;
  const { stamp: _stamp, floor: _floor, ...marks } = { pending, ...set };
  return (Object.keys(marks) as (keyof typeof marks)[]).every((field) => now[field] === marks[field]);
}

/** `stamp` and `floor` only grow; what becomes null is removed, so that it leaves the sparse index. */
function changeOf({ stamp, floor, ...marks }: Change): Document {
  const change: Document = {};
  if (stamp) change['stamp'] = greaterOf('$stamp', stamp);
  if (floor) change['floor'] = greaterOf('$floor', floor);
  for (const [field, value] of Object.entries(marks) as [keyof LocalTombstone, Stamp | null][]) {
    change[field] = value === null ? '$$REMOVE' : literal(value);
  }
  return change;
}

const isPending = { $gt: [{ $ifNull: ['$pending', null] }, null] };

function literal(stamp: Stamp | null): unknown {
  return stamp ? { $literal: toBinary(stamp) } : null;
}

function tombstones({ db }: LocalContext): Collection<Document & { _id: DocumentKey }> {
  return db.collection<Document & { _id: DocumentKey }>(stateCollections.tombstones);
}
