import { canonicalIdOf, collectionOf, conflictIdOf, type ConflictRecord } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { partsOf } from '../side/state-parts.js';
import { storeUpserts } from '../side/store-upserts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

type Stored = Document & { readonly _id: string };

/**
 * Keeps states that are about to be overwritten. A record's identity is the key and the losing version (`conflictIdOf`): keeping it
 * again, also from another branch, changes nothing. It travels like any document of the application.
 */
export async function keepRecords(
  context: LocalContext,
  records: readonly ConflictRecord[],
): Promise<readonly undefined[]> {
  const stored = records.map((record) => toStored(context, record));
  // The records come last: where one is there, all of it is.
  const parts = stored.flatMap(({ parts }) => parts);
  if (parts.length > 0) await insertAbsent(context, parts);
  await insertAbsent(
    context,
    stored.map(({ document }) => document),
  );
  return records.map(() => undefined);
}

function toStored(
  context: LocalContext,
  record: ConflictRecord,
): { readonly document: Stored; readonly parts: readonly Stored[] } {
  const { key, body, ...known } = record;
  const _id = conflictIdOf(record);
  const { first, parts } = partsOf(_id, body);
  const recordedAt = new Date(context.now());
  const named = { collection: collectionOf(key), documentId: canonicalIdOf(key), key };
  return {
    document: { _id, ...named, ...known, instanceId: context.instanceId, recordedAt, ...first },
    parts: parts.map((part) => ({ ...part, recordedAt })),
  };
}

async function insertAbsent(context: LocalContext, documents: readonly Stored[]): Promise<void> {
  const writes = documents.map(({ _id, ...fields }): AnyBulkWriteOperation => {
    const set = { ...fields, _syncMeta: { dirty: toBinary(context.nextId()) } };
    return { updateOne: { filter: { _id: _id as never }, update: { $setOnInsert: set }, upsert: true } };
  });
  const collection = context.db.collection(stateCollections.conflicts);
  await storeUpserts(collection, writes, { side: 'local', writeConcern: durable });
}
