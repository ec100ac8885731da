import { collectionOf, createStamp } from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { toBinary } from '../bson/stamp-binary.js';
import { pendingTombstone } from '../capture/rewrite/pending-tombstone.js';
import { durable } from '../local-side/local-context.js';
import { groupByCollection } from '../side/group-by-collection.js';
import { stateCollections } from '../state/state-collections.js';
import { type ForeignWrite, type IdSource } from './mark-written.js';

/**
 * Capture and the engine note a deletion before they remove the document; one that was noted this shortly before the
 * document went is theirs. (A transaction lasts a minute at most by the server's default.)
 */
const OWN_NOTE_MS = 120_000;

/**
 * Records deletions past capture as pending, of the time that they were made, for push to carry out. A key that is there
 * again, or whose deletion was noted, is left alone. Which version was deleted is not known: what Atlas has is kept.
 * Answers the keys recorded.
 */
export async function noteRemoved(
  db: Db,
  removed: readonly ForeignWrite[],
  { random }: Pick<IdSource, 'random'>,
): Promise<readonly ForeignWrite[]> {
  const tombstones = db.collection<Document & { readonly _id: string }>(stateCollections.tombstones);
  const gone = await withoutPresent(db, removed);
  const known = await tombstonesOf(tombstones, gone);
  const foreign = gone.filter(({ key, atMs }) => !isNoted(known.get(key), atMs));
  if (foreign.length === 0) return foreign;
  const operations = foreign.map(({ key, atMs }) => {
    const pending = toBinary(createStamp({ timeMs: atMs, counter: 0, random: random.bytes(16) }));
    const deletion = {
      collection: collectionOf(key),
      documentId: documentIdOf(key),
      pending,
      stamp: null,
      last: null,
    };
    return { updateOne: { filter: { _id: key }, update: [...pendingTombstone(deletion)], upsert: true } };
  });
  await tombstones.bulkWrite(operations, { ordered: false, writeConcern: durable });
  return foreign;
}

function isNoted(tombstone: Document | undefined, atMs: number): boolean {
  if (!tombstone) return false;
  if (tombstone['pending']) return true;
  const notedAt: unknown = tombstone['notedAt'];
  return !(notedAt instanceof Date) || atMs - notedAt.getTime() < OWN_NOTE_MS;
}

async function tombstonesOf(
  tombstones: Collection<Document & { readonly _id: string }>,
  gone: readonly ForeignWrite[],
): Promise<ReadonlyMap<string, Document>> {
  const filter = { _id: { $in: gone.map(({ key }) => key) } };
  const found = await tombstones.find(filter, { projection: { left: 0 } }).toArray();
  return new Map(found.map((tombstone) => [tombstone._id, tombstone]));
}

async function withoutPresent(db: Db, removed: readonly ForeignWrite[]): Promise<readonly ForeignWrite[]> {
  const present = new Set<string>();
  for (const [collection, group] of groupByCollection(removed, ({ key }) => key)) {
    const filter = { _id: { $in: group.map(({ id }) => id) } } as Document;
    const found = await db
      .collection(collection)
      .find(filter, { projection: { _id: 1 } })
      .toArray();
    for (const { _id } of found) present.add(documentKeyOf(collection, _id));
  }
  return removed.filter(({ key }) => !present.has(key));
}
