import {
  collectionOf,
  type DocumentKey,
  type LocalOperation,
  type LocalTombstone,
  type Stamp,
} from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { sendUpserts } from '../side/bulk.js';
import { greaterOf } from '../side/greater-of.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

type Asked<Name extends LocalOperation['op']> = Extract<LocalOperation, { readonly op: Name }>;
type Change = Asked<'amendTombstone'>['set'];

/** Notes deletions known to be on Atlas; only upwards, and pending ones stay. */
export async function noteTombstones(
  context: LocalContext,
  entries: Asked<'noteTombstone'>['entries'],
): Promise<readonly undefined[]> {
  const operations = entries.map(({ key, stamp, over }): AnyBulkWriteOperation => {
    const set = {
      collection: { $literal: collectionOf(key) },
      notedAt: '$$NOW',
      stamp: greaterOf('$stamp', stamp),
      over: { $cond: [{ $gt: [toBinary(stamp), '$stamp'] }, literal(over) ?? '$$REMOVE', '$over'] },
    };
    return { updateOne: { filter: { _id: key }, update: [{ $set: set }], upsert: true } };
  });
  await sendUpserts(tombstones(context) as unknown as Collection, operations, {
    side: 'local',
    writeConcern: durable,
  });
  return entries.map(() => undefined);
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
    pending: unlessLater(literal(pending), 'pending'),
    base: unlessLater(base ? literal(base) : inherited, 'base'),
    last: unlessLater(last ? literal(last) : '$last', 'last'),
  };
  await tombstones(context).updateOne({ _id: key }, [{ $set: set }], { upsert: true, writeConcern: durable });
  return undefined;
}

/** Changes a pending deletion, where it is still the one that was looked at. */
export async function amendTombstone(
  context: LocalContext,
  { key, pending, set }: Pick<Asked<'amendTombstone'>, 'key' | 'pending' | 'set'>,
): Promise<boolean> {
  const { matchedCount } = await tombstones(context).updateOne(
    { _id: key, pending: toBinary(pending) },
    [{ $set: { ...changeOf(set), notedAt: '$$NOW' } }],
    { writeConcern: durable },
  );
  return matchedCount === 1;
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
