import {
  canonicalIdOf,
  collectionOf,
  type QuarantineEntry,
  quarantineIdOf,
  valueWaitOf,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { partsOf } from '../side/state-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

/**
 * Notes why a state waits in quarantine, and counts the attempts. What is refused with a code that nobody knows is due to be
 * tried again by itself, at once where that has not been put off.
 */
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
  const mayPass = refusal.code === 'SYNC_WRITE_REFUSED' && waits === 'in-place';
  const retry = mayPass ? { $max: { tryAgainAt: now } } : { $unset: { tryAgainAt: '', retryCount: '' } };
  await records.updateOne(
    { _id: id },
    { $set: known, $inc: { attemptCount: 1 }, $setOnInsert: { firstAt: now }, ...retry },
    { upsert: true, writeConcern: durable },
  );
  return undefined;
}
