import { type Db } from 'mongodb';

/** A database that has no collections, and takes whatever is written. */
export const emptyDb = {
  listCollections: () => ({ toArray: () => Promise.resolve([]) }),
  collection: () => ({
    estimatedDocumentCount: () => Promise.resolve(0),
    updateOne: () => Promise.resolve({}),
  }),
} as unknown as Db;
