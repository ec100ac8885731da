import { DEFAULT_RECORD_LIMIT, type RecordPlace, type RecordQuery } from '@bomba/sync-core';
import { toCursor } from '../validation/record-cursor.js';

/** A page of records, and where the next one begins; null: this is the last one. */
export interface RecordPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Reads a page of records. */
export async function recordPage<T>(
  query: RecordQuery,
  read: (query: RecordQuery) => Promise<readonly T[]>,
  placeOf: (item: T) => RecordPlace,
): Promise<RecordPage<T>> {
  const items = await read(query);
  const last = items.at(-1);
  const isFull = items.length >= (query.limit ?? DEFAULT_RECORD_LIMIT);
  return { items, next: last !== undefined && isFull ? toCursor(placeOf(last)) : null };
}
