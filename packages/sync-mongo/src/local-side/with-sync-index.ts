import { type Collection } from 'mongodb';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type SyncIndex } from '../state/ensure-state.js';

/**
 * Reads by an index of sync; makes it anew where it is gone: a dropped collection takes it along, and must not stop the
 * others. (The server calls a hint of no index a bad value.)
 */
export async function withSyncIndex<Result>(
  collection: Collection,
  index: SyncIndex,
  read: (hint: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(index.name);
  } catch (error) {
    if (codeOf(error) !== mongoCode.badValue) throw error;
    await collection.createIndexes([index]);
    return read(index.name);
  }
}
