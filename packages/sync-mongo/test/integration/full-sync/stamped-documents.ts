import { Binary, BSON, type Db, type Document } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';

const BATCH = 1_000;

/**
 * Puts the same documents on both sides, as if they had been synced long ago. `_id`s count from 0. `digests`: also with what tells
 * that they are as they were stored. Default false. `padBytes`: how much
 * more each has than its name and number. Default 0.
 */
export async function shareDocuments(
  sides: readonly Db[],
  collection: string,
  count: number,
  { digests = false, padBytes = 0 }: { readonly digests?: boolean; readonly padBytes?: number } = {},
): Promise<void> {
  const pad = 'x'.repeat(padBytes);
  for (let from = 0; from < count; from += BATCH) {
    const length = Math.min(BATCH, count - from);
    const documents = Array.from({ length }, (_, i) => stamped(from + i, { hasDigest: digests, pad }));
    await Promise.all(sides.map((db) => db.collection(collection).insertMany(documents)));
  }
}

function stamped(
  number: number,
  { hasDigest, pad }: { readonly hasDigest: boolean; readonly pad: string },
): Document {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(1_700_000_000_000, 0, 6);
  bytes.writeUInt32BE(number, 12);
  bytes[6] = 0x70;
  bytes[8] = 0x80;
  const stamp = new Binary(bytes, Binary.SUBTYPE_UUID);
  const content = { _id: number as never, name: `item ${number}`, n: number, ...(pad && { pad }) };
  const _syncMeta = { stamp, origin: 'local', instanceId: 'long-ago', version: 1, conflictCount: 0 };
  const digest = hasDigest && { digest: bodyDigest(BSON.serialize(content)) };
  return { ...content, _syncMeta: { ..._syncMeta, ...digest } };
}
