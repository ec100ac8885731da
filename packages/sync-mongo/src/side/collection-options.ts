import { type Db, type Document } from 'mongodb';

/** What a collection was made with; null where it is not there. */
export async function collectionOptions(db: Db, collection: string): Promise<Document | null> {
  const [info] = await db.listCollections({ name: collection }, { nameOnly: false }).toArray();
  return info ? (info.options ?? {}) : null;
}
