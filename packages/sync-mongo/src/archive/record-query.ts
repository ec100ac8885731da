import { type RecordQuery } from '@bomba/sync-core';
import { type Collection, type Document } from 'mongodb';
import { isRecord } from '../side/state-parts.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Records of a state collection, newest first, without the states themselves. */
export function listRecords<T extends Document>(
  records: Collection<T>,
  { collection, limit = DEFAULT_LIMIT }: RecordQuery,
): Promise<Document[]> {
  const filter = {
    ...isRecord,
    ...(collection !== undefined && { collection: { $eq: collection } }),
  } as Parameters<typeof records.find>[0];
  return records
    .find(filter)
    .sort({ recordedAt: -1 })
    .limit(Math.min(Math.max(1, limit), MAX_LIMIT))
    .project({ state: 0, parts: 0, _syncMeta: 0 })
    .toArray();
}
