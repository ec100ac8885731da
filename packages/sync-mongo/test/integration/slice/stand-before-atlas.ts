import { jest } from '@jest/globals';
import { type AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import { type SyncOptions } from '../../../src/index.js';
import { type TwoBranches } from './two-branches.js';

/** What is answered to a bulk of a collection, or to its making, instead of Atlas; null: Atlas answers by itself. */
export type AtlasAnswer = (
  collection: string,
  operations: readonly AnyBulkWriteOperation[],
) => Error | null | Promise<null>;

const NAME = 'atlas';

/** The options of a process whose requests to Atlas `standBeforeAtlas` knows. */
export function knownAtlas({ databases }: TwoBranches): Pick<SyncOptions, 'atlas'> {
  const client = { appName: NAME, serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500 };
  return { atlas: { uri: databases.atlas.uri, client } };
}

/** Whether a database is Atlas, as a process with those options knows it. */
export function isOfAtlas({ client }: Db): boolean {
  return client.options.appName === NAME;
}

/** Answers for Atlas, in this process, until mocks are restored. */
export function standBeforeAtlas(answer: AtlasAnswer): void {
  const bulkWrite = Reflect.get(Collection.prototype, 'bulkWrite');
  jest.spyOn(Collection.prototype, 'bulkWrite').mockImplementation(async function (
    this: Collection,
    operations,
    options,
  ) {
    const failure = isOfAtlas(this.db) ? await answer(this.collectionName, operations) : null;
    if (failure) throw failure;
    return bulkWrite.call(this, operations, options);
  });
  const createCollection = Reflect.get(Db.prototype, 'createCollection');
  jest.spyOn(Db.prototype, 'createCollection').mockImplementation(async function (
    this: Db,
    name: string,
    options,
  ) {
    const failure = isOfAtlas(this) ? await answer(name, []) : null;
    if (failure) throw failure;
    return createCollection.call(this, name, options);
  });
}
