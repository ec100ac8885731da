import { type Db, type Document } from 'mongodb';

/** All that a database holds, by collection. */
export type Backup = ReadonlyMap<string, readonly Document[]>;

/** What a backup of the database's files would have, the state of bomba-sync included. */
export async function backUp(db: Db): Promise<Backup> {
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const contents = await Promise.all(
    found.map(
      async ({ name }) =>
        [name, await db.collection(name).find({}, { promoteValues: false }).toArray()] as const,
    ),
  );
  return new Map(contents);
}

/** Puts a backup back; what is of collections made since is gone. */
export async function restore(db: Db, backup: Backup): Promise<void> {
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  for (const { name } of found) await db.collection(name).deleteMany({});
  for (const [name, documents] of backup) {
    if (documents.length > 0) await db.collection(name).insertMany([...documents]);
  }
}
