import { type AnyBulkWriteOperation } from 'mongodb';
import { documentKeyOf } from '../../bson/document-key.js';
import { newTombstone, type PendingDeletion, pendingTombstone } from '../rewrite/pending-tombstone.js';
import { isInTransaction, sendingOptions } from './call-options.js';
import { type Deletion } from './deletion.js';
import { duplicateIndexes, isUnauthorized } from './server-error.js';
import { type TombstoneDocument, type WriteTarget } from './write-target.js';

/**
 * The second step of a delete: writes the pending tombstones, before any of the documents is removed. Doing it again
 * changes nothing.
 */
export async function recordDeletions(
  target: WriteTarget,
  deletions: readonly Deletion[],
  options: unknown,
): Promise<void> {
  const records = deletions.flatMap((deletion) => recordOf(target, deletion));
  try {
    const [first, ...others] = records;
    if (!first) return;
    if (others.length === 0) await recordOne(target, first, options);
    else if (isInTransaction(options)) await recordAll(target, records, options);
    else await recordAll(target, await recordNew(target, records, options), options);
  } catch (error) {
    // The application may delete even where it may not write tombstones.
    if (!isUnauthorized(error) || isInTransaction(options)) throw error;
    target.report.missed(target.name, 'delete', error);
  }
}

interface KeyedDeletion extends PendingDeletion {
  readonly key: string;
}

/** Empty for an `_id` that cannot be a key: such a document is not synced. */
function recordOf(
  target: WriteTarget,
  { documentId, pending, stamp, last }: Deletion,
): readonly KeyedDeletion[] {
  const collection = target.name;
  try {
    return [{ key: documentKeyOf(collection, documentId), collection, documentId, pending, stamp, last }];
  } catch (error) {
    target.report.missed(collection, 'delete', error);
    return [];
  }
}

async function recordOne(
  { tombstones }: WriteTarget,
  record: KeyedDeletion,
  options: unknown,
): Promise<void> {
  const update = [...pendingTombstone(record)];
  await tombstones.updateOne({ _id: record.key }, update, { ...sendingOptions(options), upsert: true });
}

async function recordAll(
  { tombstones }: WriteTarget,
  records: readonly KeyedDeletion[],
  options: unknown,
): Promise<void> {
  if (records.length === 0) return;
  const operations = records.map((record): AnyBulkWriteOperation<TombstoneDocument> => {
    const update = [...pendingTombstone(record)];
    return { updateOne: { filter: { _id: record.key }, update, upsert: true } };
  });
  await tombstones.bulkWrite(operations, { ...sendingOptions(options), ordered: false });
}

/** Most keys were never deleted before: inserting is the quick way. Answers those that have a tombstone already. */
async function recordNew(
  { tombstones, time }: WriteTarget,
  records: readonly KeyedDeletion[],
  options: unknown,
): Promise<readonly KeyedDeletion[]> {
  try {
    const notedAt = new Date(time.now());
    const documents = records.map((record) => ({ _id: record.key, ...newTombstone(record, notedAt) }));
    await tombstones.insertMany(documents, { ...sendingOptions(options), ordered: false });
    return [];
  } catch (error) {
    const there = duplicateIndexes(error);
    if (!there) throw error;
    return records.filter((_, index) => there.has(index));
  }
}
