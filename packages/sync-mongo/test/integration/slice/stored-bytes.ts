import { BSON, type Db } from 'mongodb';

const HEADER_LENGTH = 4;

/**
 * The documents of a collection in `_id` order, as the hexadecimal bytes that the server stores, without `_syncMeta`.
 * Written without the package's own code, so that it can bear witness against it.
 */
export async function storedBytes(db: Db, collection: string): Promise<readonly string[]> {
  const options = { raw: true, sort: { _id: 1 } } as const;
  const raw = (await db.collection(collection).find({}, options).toArray()) as unknown as Buffer[];
  return raw.map(withoutMetadata);
}

function withoutMetadata(document: Buffer): string {
  const kept: Buffer[] = [];
  let at = HEADER_LENGTH;
  for (const [, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(document)) {
    const name = document.subarray(nameOffset, nameOffset + nameLength).toString();
    if (name !== '_syncMeta') kept.push(document.subarray(at, offset + length));
    at = offset + length;
  }
  return Buffer.concat(kept).toString('hex');
}
