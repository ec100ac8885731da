import { collectionOf, type AtlasOperation, type DocumentKey } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { sendBulk } from '../side/bulk.js';
import { storeUpserts } from '../side/store-upserts.js';
import { greaterOf } from '../side/greater-of.js';
import { groupByCollection } from '../side/group-by-collection.js';
import { stateCollections } from '../state/state-collections.js';
import { type AtlasContext, majority } from './atlas-context.js';
import { readStamps } from './read.js';

type Asked<Name extends AtlasOperation['op']> = Extract<AtlasOperation, { readonly op: Name }>;

const options = { side: 'atlas', writeConcern: majority } as const;

/** Removes documents whose version is still the one named. */
export async function remove(
  context: AtlasContext,
  entries: Asked<'remove'>['entries'],
): Promise<readonly boolean[]> {
  const answers: boolean[] = entries.map(() => true);
  for (const [collection, group] of groupByCollection(entries, ({ key }) => key)) {
    const deletions = group.map(({ id, entry }): AnyBulkWriteOperation => {
      const filter = { _id: id, '_syncMeta.dirty': null, '_syncMeta.stamp': toBinary(entry.base) };
      return { deleteOne: { filter: filter as Document } };
    });
    const { deletedCount } = await sendBulk(context.db.collection(collection), deletions, {
      ...options,
      session: context.session,
    });
    if (deletedCount === group.length) continue;
    const now = await readStamps(
      context,
      group.map(({ entry }) => entry.key),
    );
    group.forEach(({ index }, i) => (answers[index] = deletedCount > 0 && now[i] === null));
  }
  return answers;
}

/** Records deletions, only upwards; the arrival of the latest counts for their expiry. */
export async function writeTombstones(
  { db, instanceId, session }: AtlasContext,
  entries: Asked<'writeTombstone'>['entries'],
): Promise<readonly undefined[]> {
  const operations = entries.map(({ key, stamp, base, last = null }): AnyBulkWriteOperation => {
    const isNewer = { $not: [{ $gte: ['$stamp', { $literal: toBinary(stamp) }] }] };
    const ifNewer = (field: string, value: unknown): Document => ({ $cond: [isNewer, value, `$${field}`] });
    const set = {
      collection: { $literal: collectionOf(key) },
      stamp: greaterOf('$stamp', stamp),
      base: ifNewer('base', base && { $literal: toBinary(base) }),
      last: ifNewer('last', last && { $literal: toBinary(last) }),
      instanceId: ifNewer('instanceId', { $literal: instanceId }),
      arrivedAt: ifNewer('arrivedAt', '$$NOW'),
    };
    return { updateOne: { filter: { _id: key }, update: [{ $set: set }], upsert: true } };
  });
  const tombstones = db.collection<Document & { _id: DocumentKey }>(stateCollections.tombstones);
  await storeUpserts(tombstones as unknown as Collection, operations, { ...options, session });
  return entries.map(() => undefined);
}
