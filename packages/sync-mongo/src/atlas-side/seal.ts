import { type Refusal, type SealEntry } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Document } from 'mongodb';
import { bodyDigest } from '../bson/body-digest.js';
import { documentPlaceOf } from '../bson/document-key.js';
import { toBinary } from '../bson/stamp-binary.js';
import { readVersionMeta, writeVersionMeta } from '../bson/sync-meta.js';
import { refusalOrThrow } from '../errors/refusal-of.js';
import { excludedIn } from '../fields/excluded-fields.js';
import { sendBulk } from '../side/bulk.js';
import { groupByCollection, type Placed } from '../side/group-by-collection.js';
import { replaceMeta } from '../side/replace-meta.js';
import { type AtlasContext, majority } from './atlas-context.js';
import { readStamps } from './read.js';

/**
 * Gives foreign states versions of their own, in place, in bulk, with metadata made anew: whatever a foreign hand has left
 * there is gone. The digest is of the bytes that were looked at: an edit in between shows, and is sealed next.
 */
export async function seal(
  context: AtlasContext,
  entries: readonly SealEntry[],
): Promise<readonly (boolean | Refusal)[]> {
  const answers: (boolean | Refusal)[] = entries.map(() => true);
  for (const { stamp } of entries) context.expectEcho?.(stamp);
  for (const [collection, group] of groupByCollection(entries, ({ key }) => key)) {
    const operations = group.map((placed) => toOperation(context, collection, placed));
    const { session } = context;
    const options = { side: 'atlas', writeConcern: majority, session } as const;
    const { matchedCount } = await sendBulk(context.db.collection(collection), operations, options);
    if (matchedCount === group.length) continue;
    const keys = group.map(({ entry }) => entry.key);
    const now = await readStamps(context, keys);
    for (const [i, { index, entry }] of group.entries()) {
      const stamp = now[i] ?? null;
      if (stamp === entry.stamp) continue;
      answers[index] = stamp === entry.expected && (await sealAlone(context, entry));
    }
  }
  return answers;
}

function toOperation(
  context: AtlasContext,
  collection: string,
  { id, entry }: Placed<SealEntry>,
): AnyBulkWriteOperation {
  const { expected } = entry;
  const filter = { _id: id, '_syncMeta.dirty': null, '_syncMeta.stamp': expected && toBinary(expected) };
  const update = { $set: { _syncMeta: metaOf(context, collection, entry) } };
  return { updateOne: { filter: filter as Document, update } };
}

function metaOf(context: AtlasContext, collection: string, { stamp, body, info, base }: SealEntry): Document {
  const digest = bodyDigest(body, excludedIn(context, collection).name);
  return writeVersionMeta({ stamp, digest, info: { ...info, instanceId: null }, ...(base && { base }) });
}

/** Metadata that a filter by versions does not find, as a foreign hand has spoiled it; or what a server refuses. */
function sealAlone(context: AtlasContext, entry: SealEntry): Promise<boolean | Refusal> {
  const { db, session } = context;
  const { collection, id } = documentPlaceOf(entry.key);
  const sealed = replaceMeta(db.collection(collection), {
    ...{ id, session, writeConcern: majority },
    isAsLookedAt: ({ meta }) => readVersionMeta(meta).stamp === entry.expected,
    toMeta: () => metaOf(context, collection, entry),
  });
  return sealed.catch(refusalOrThrow);
}
