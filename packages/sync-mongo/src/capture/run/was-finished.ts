import { collectionOf, type DocumentKey } from '@bomba/sync-core';
import { documentPlaceOf } from '../../bson/document-key.js';
import { isInTransaction, lookOptions } from './call-options.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/**
 * True where somebody else, who took the process of a delete of one document for dead, has finished it in its name: its
 * tombstone is there and the document is not. Then it must not look for another one.
 */
export async function wasFinished(
  target: WriteTarget,
  { binary }: WriteId,
  options: unknown,
): Promise<boolean> {
  if (isInTransaction(options)) return false;
  const look = lookOptions(options);
  const filter = { $or: [{ pending: binary }, { stamp: binary }] };
  const tombstone = await target.tombstones.findOne(filter, { ...look, projection: { _id: 1 } });
  const key = tombstone?._id as DocumentKey | undefined;
  if (key === undefined || collectionOf(key) !== target.name) return false;
  const documentId = documentPlaceOf(key).id as never;
  return (await target.driver.findOne({ _id: documentId }, { ...look, projection: { _id: 1 } })) === null;
}
