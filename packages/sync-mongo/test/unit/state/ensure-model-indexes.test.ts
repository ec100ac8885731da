import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@bomba/sync-core';
import { type Db, MongoServerError } from 'mongodb';
import mongoose from 'mongoose';
import { type AnyModel } from '../../../src/capture/index.js';
import { AtlasInventory } from '../../../src/state/atlas-inventory.js';
import { ensureModelIndexes } from '../../../src/state/ensure-model-indexes.js';

const serverError = (code: number): MongoServerError => new MongoServerError({ message: 'no', code });

/** An Atlas that has values twice, and that fails to say which. */
function atlasThatCannotTell(failure: Error): Db {
  const collection = {
    collectionName: 'members',
    createIndexes: () => Promise.reject(serverError(11000)),
    aggregate: () => ({ toArray: () => Promise.reject(failure) }),
  };
  return { collection: () => collection } as unknown as Db;
}

describe('an index that cannot be built, where Atlas does not tell why', () => {
  const { Schema, Mongoose } = mongoose;
  const schema = new Schema({ mail: { type: String, unique: true } });
  const apart = new Mongoose({ autoCreate: false, autoIndex: false });
  const model = apart.model('Member', schema) as unknown as AnyModel;

  it.each<[string, Error, string]>([
    ['it took too long', serverError(50), 'SYNC_WRITE_TRANSIENT'],
    ['it needs more memory than it may have', serverError(292), 'SYNC_WRITE_UNCERTAIN'],
  ])('is a problem that is told all the same, and no failure: %s', async (_why, failure, code) => {
    const inventory = new AtlasInventory({ monotonic: () => 0 });
    const wish = { models: [model], indexes: 'unique', logger: silentLogger, inventory } as const;
    expect(await ensureModelIndexes(atlasThatCannotTell(failure), wish)).toEqual([
      'The unique index on mail of members could not be built on Atlas: ' +
        `documents share values, which could not be looked up (${code}).`,
    ]);
  });
});
