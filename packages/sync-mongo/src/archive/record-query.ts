import { DEFAULT_RECORD_LIMIT, type RecordPlace, type RecordQuery } from '@bomba/sync-core';
import { type Collection, type Document } from 'mongodb';
import { isRecord } from '../side/state-parts.js';
import { newestIndex } from '../state/ensure-state.js';

const MAX_LIMIT = 1000;

/** Records of a state collection, newest first, without the states themselves. */
export function listRecords<T extends Document>(
  records: Collection<T>,
  { collection, limit = DEFAULT_RECORD_LIMIT, after }: RecordQuery,
): Promise<Document[]> {
  const filter = {
    ...isRecord,
    ...(collection !== undefined && { collection: { $eq: collection } }),
    ...(after && behind(after)),
  } as Parameters<typeof records.find>[0];
  return records
    .find(filter)
    .sort(newestIndex.key)
    .limit(Math.min(Math.max(1, limit), MAX_LIMIT))
    .project({ state: 0, parts: 0, _syncMeta: 0 })
    .toArray();
}

function behind({ atMs, id }: RecordPlace): Document {
  const at = new Date(atMs);
  return { $or: [{ recordedAt: { $lt: at } }, { recordedAt: at, _id: { $lt: id } }] };
}
