import { BSON, type Db } from 'mongodb';
import { hexOf } from './server-probe.js';

/** Whole documents as they are stored, but for their metadata: their bytes in hexadecimal digits, sorted. */
export async function wholeStored(db: Db, collection = 'items'): Promise<readonly string[]> {
  const found = (await db.collection(collection).find({}, { raw: true }).toArray()) as unknown as Buffer[];
  return found.map(withoutMetadata).toSorted();
}

function withoutMetadata(document: Buffer): string {
  const kept = [...BSON.onDemand.parseToElements(document)].flatMap(([, nameAt, nameLength, at, length]) =>
    document.subarray(nameAt, nameAt + nameLength).toString() === '_syncMeta'
      ? []
      : [document.subarray(nameAt - 1, at + length)],
  );
  const body = Buffer.concat([...kept, Buffer.from([0])]);
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 4);
  return hexOf(Buffer.concat([length, body]));
}
