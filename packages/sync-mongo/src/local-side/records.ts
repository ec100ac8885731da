import {
  canonicalIdOf,
  collectionOf,
  type ConflictRecord,
  type QuarantineEntry,
  quarantineIdOf,
  valueWaitOf,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { partsOf } from '../side/state-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

/**
 * Keeps a state that is about to be overwritten. The record's identity is the key and the losing version: keeping it
 * again, also from another branch, changes nothing. It travels like any document of the application.
 */
export async function keepRecord(context: LocalContext, record: ConflictRecord): Promise<undefined> {
  const { key, loser, losingStamp, winningStamp, reason, body, strategy, caution, failure } = record;
  const { first, parts } = partsOf(`${key} ${losingStamp}`, body);
  const records = context.db.collection<Document & { _id: string }>(stateCollections.conflicts);
  const recordedAt = new Date(context.now());
  const document = {
    collection: collectionOf(key),
    documentId: canonicalIdOf(key),
    key,
    loser,
    reason,
    losingStamp,
    winningStamp,
    instanceId: context.instanceId,
    recordedAt,
    strategy,
    caution,
    failure,
    ...first,
  };
  // The record comes last: where it is there, all of it is.
  for (const { _id, ...part } of [...parts, { _id: `${key} ${losingStamp}`, ...document }]) {
    const set = { ...part, recordedAt, _syncMeta: { dirty: toBinary(context.nextId()) } };
    await records.updateOne({ _id }, { $setOnInsert: set }, { upsert: true, writeConcern: durable });
  }
  return undefined;
}

/** Notes why a state waits in quarantine, and counts the attempts. */
export async function quarantineState(context: LocalContext, entry: QuarantineEntry): Promise<undefined> {
  const { key, direction, stamp, refusal, body, waits } = entry;
  const wait = valueWaitOf(entry);
  const id = quarantineIdOf(entry);
  const { first, parts } = partsOf(`${id} ${stamp}`, body);
  const now = new Date(context.now());
  const known = {
    collection: collectionOf(key),
    documentId: canonicalIdOf(key),
    key,
    direction,
    stamp,
    waits,
    ...(entry.base !== undefined && { base: entry.base }),
    'wait.holder': wait.holder,
    'wait.seen': wait.seen,
    code: refusal.code,
    reason: refusal.reason,
    conflictingKey: refusal.conflictingKey ?? null,
    schema: refusal.schema ?? null,
    winnerId: refusal.holder ? canonicalIdOf(refusal.holder) : null,
    byteCount: body.length,
    recordedAt: now,
    ...first,
  };
  const records = context.db.collection<Document & { _id: string }>(stateCollections.quarantine);
  for (const { _id, ...part } of parts)
    await records.updateOne({ _id }, { $set: part }, { upsert: true, writeConcern: durable });
  await records.updateOne(
    { _id: id },
    { $set: known, $inc: { attemptCount: 1 }, $setOnInsert: { firstAt: now } },
    { upsert: true, writeConcern: durable },
  );
  return undefined;
}
