import { type Document } from 'mongodb';

/** An operation's failure inside a bulk, of the driver's own class. */
export interface BulkWriteError {
  readonly err: { index: number; op?: unknown; readonly code?: number; readonly errmsg?: string };
}

/** A place in the bulk and the `_id` written there. */
export interface PlacedId {
  readonly index: number;
  readonly _id: unknown;
}

/** What a bulk has done so far, in the driver's own terms (`BulkWriteResult.getRawResponse`). */
export interface BulkTally {
  ok: number;
  writeErrors: BulkWriteError[];
  writeConcernErrors: unknown[];
  insertedIds: PlacedId[];
  nInserted: number;
  nUpserted: number;
  nMatched: number;
  nModified: number;
  nRemoved: number;
  upserted: PlacedId[];
}

/** Nothing yet. */
export function emptyTally(): BulkTally {
  return {
    ...{ ok: 1, writeErrors: [], writeConcernErrors: [], insertedIds: [], upserted: [] },
    ...{ nInserted: 0, nUpserted: 0, nMatched: 0, nModified: 0, nRemoved: 0 },
  };
}

/** Adds what a part of the bulk has done; `placeOf` tells where an operation of the part stands in the whole. */
export function addToTally(
  tally: BulkTally,
  part: Document | BulkTally,
  placeOf: (index: number) => number,
): void {
  const done = part as BulkTally;
  const place = ({ index, _id }: PlacedId): PlacedId => ({ index: placeOf(index), _id });
  for (const error of done.writeErrors) {
    error.err.index = placeOf(error.err.index);
    tally.writeErrors.push(error);
  }
  tally.writeConcernErrors.push(...done.writeConcernErrors);
  tally.insertedIds.push(...done.insertedIds.map(place));
  tally.upserted.push(...done.upserted.map(place));
  for (const name of ['nInserted', 'nUpserted', 'nMatched', 'nModified', 'nRemoved'] as const) {
    tally[name] += done[name];
  }
}
