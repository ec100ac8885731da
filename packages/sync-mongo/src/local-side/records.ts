import { canonicalIdOf, collectionOf, type ConflictRecord, type QuarantineEntry } from '@bomba/sync-core';
import { Binary, type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

/**
 * Keeps a state that is about to be overwritten. The record's identity is the key and the losing version: keeping it
 * again, also from another branch, changes nothing. It travels like any document of the application.
 */
export async function keepRecord(context: LocalContext, record: ConflictRecord): Promise<undefined> {
  const { key, loser, losingStamp, winningStamp, reason, body, strategy, caution, failure } = record;
  const document = {
    collection: collectionOf(key),
    documentId: canonicalIdOf(key),
    key,
    loser,
    reason,
    losingStamp,
    winningStamp,
    instanceId: context.instanceId,
    recordedAt: new Date(context.now()),
    strategy,
    caution,
    failure,
    state: body && new Binary(body),
    _syncMeta: { dirty: toBinary(context.nextId()) },
  };
  await context.db
    .collection<Document & { _id: string }>(stateCollections.conflicts)
    .updateOne(
      { _id: `${key} ${losingStamp}` },
      { $setOnInsert: document },
      { upsert: true, writeConcern: durable },
    );
  return undefined;
}

/** A state that is almost as large as a document may be leaves no room for the record about it. */
const MAX_STATE_BYTES = 15 * 1024 * 1024;

/**
 * Notes why a state waits in quarantine, and counts the attempts. A state too large to be copied is not: it is still
 * where it came from.
 */
export async function quarantineState(context: LocalContext, entry: QuarantineEntry): Promise<undefined> {
  const { key, direction, stamp, refusal, body } = entry;
  const now = new Date(context.now());
  const known = {
    collection: collectionOf(key),
    documentId: canonicalIdOf(key),
    key,
    direction,
    stamp,
    code: refusal.code,
    reason: refusal.reason,
    conflictingKey: refusal.conflictingKey ?? null,
    schema: refusal.schema ?? null,
    state: body.length <= MAX_STATE_BYTES ? new Binary(body) : null,
    recordedAt: now,
  };
  await context.db
    .collection<Document & { _id: string }>(stateCollections.quarantine)
    .updateOne(
      { _id: `${direction} ${key}` },
      { $set: known, $inc: { attemptCount: 1 }, $setOnInsert: { firstAt: now } },
      { upsert: true, writeConcern: durable },
    );
  return undefined;
}
