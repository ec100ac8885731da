import {
  collectionOf,
  isSyncError,
  type PushEntry,
  type PushResult,
  type Refusal,
  SyncError,
} from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Document } from 'mongodb';
import { joinDocument } from '../bson/join-document.js';
import { toBinary } from '../bson/stamp-binary.js';
import { writeVersionMeta } from '../bson/sync-meta.js';
import { refusalOf } from '../errors/refusal-of.js';
import { type BulkOutcome, type IndexedFailure, sendBulk } from '../side/bulk.js';
import { groupByCollection, type Placed } from '../side/group-by-collection.js';
import { isMissedInsert } from '../side/is-missed-insert.js';
import { type Kept, keptFields } from '../fields/keep-excluded.js';
import { prepareWrites } from '../side/prepare-writes.js';
import { wholeReplacement } from '../side/whole-replacement.js';
import { type AtlasContext, causalRead, majority } from './atlas-context.js';
import { readDocuments } from './read.js';

/**
 * Compare-and-set of many documents in one round trip per collection: an insert where nothing is named as the base,
 * else a replacement of that base. Replacements give `replace` events, which carry the whole document. One that cannot
 * be stored at this moment counts as a miss, so that the rest is acknowledged; it is thrown where it is all there is.
 */
export async function push(context: AtlasContext, entries: readonly PushEntry[]): Promise<PushResult> {
  let storedCount = 0;
  const refused: PushResult['refused'][number][] = [];
  const later: SyncError[] = [];
  for (const { stamp } of entries) context.expectEcho?.(stamp);
  for (const [collection, group] of groupByCollection(entries, ({ key }) => key)) {
    const kept = await keptFieldsOf(context, group);
    const prepared = prepareWrites(group, (placed) => toOperation(placed, kept));
    refused.push(...prepared.refused);
    const { ready, operations } = prepared;
    if (ready.length === 0) continue;
    const outcome = await send(context, collection, operations);
    storedCount += outcome.matchedCount + outcome.insertedCount;
    for (const failure of outcome.failures) {
      const place = ready[failure.index];
      const judged = place && (await judge(context, place, failure));
      if (isSyncError(judged)) later.push(judged);
      else if (judged) refused.push({ index: place.index, refusal: judged });
    }
  }
  if (later[0] && later.length === entries.length) throw later[0];
  return { storedCount, refused };
}

function keptFieldsOf(context: AtlasContext, group: readonly Placed<PushEntry>[]): Promise<Kept> {
  const keys = group.map(({ entry }) => entry.key);
  return keptFields(context, keys, { options: { ...causalRead, session: context.session } });
}

function toOperation({ id, entry }: Placed<PushEntry>, kept: Kept): AnyBulkWriteOperation {
  const { key, base, stamp, body, digest, info, output = false } = entry;
  const meta = writeVersionMeta({ stamp, digest, info, output });
  const document = joinDocument(kept(key).around(body), meta);
  if (base === null) return { insertOne: { document } };
  return wholeReplacement({ ...baseFilter(id, base), ...kept(key).condition }, document);
}

/** Atlas' documents carry no dirty id; naming it costs nothing and lets an index over all marks serve. */
function baseFilter(id: unknown, base: NonNullable<PushEntry['base']>): Document {
  return { _id: id, '_syncMeta.dirty': null, '_syncMeta.stamp': toBinary(base) };
}

function send(
  context: AtlasContext,
  collection: string,
  operations: readonly AnyBulkWriteOperation[],
): Promise<BulkOutcome> {
  const { session } = context;
  const options = { side: 'atlas', writeConcern: majority, session } as const;
  return sendBulk(context.db.collection(collection), operations, options);
}

/** A duplicate `_id` is a miss: somebody was first. A duplicate of another key is a refusal. An error: not now. */
async function judge(
  context: AtlasContext,
  place: Placed<PushEntry>,
  failure: IndexedFailure,
): Promise<Refusal | SyncError | null> {
  const { entry } = place;
  const missed = {
    failure,
    isPresent: async () => (await readDocuments(context, [entry.key]))[0] != null,
    again: async () => {
      const operation = toOperation(place, await keptFieldsOf(context, [place]));
      return (await send(context, collectionOf(entry.key), [operation])).failures[0] ?? null;
    },
  };
  if (entry.base === null && (await isMissedInsert(missed))) return null;
  const refusal = refusalOf(failure);
  if (refusal) return refusal;
  return new SyncError('SYNC_WRITE_TRANSIENT', `Atlas could not store a document (code ${failure.code}).`, {
    context: { collection: collectionOf(entry.key) },
  });
}
