import { type DatabaseServer } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { type TwinDocument, type TwinValue } from '../../unit/bson/arbitrary-bson.js';
import { rawDocument } from '../../unit/bson/raw-bson.js';
import { insertRaw } from './raw-insert.js';

/** A document as it is to be stored. */
export interface WholeDocument {
  readonly document: Document;
  readonly bytes: Uint8Array;
  readonly kinds: readonly string[];
}

/** A document with its `_id`. */
export function wholeDocument(id: TwinValue, { document, fields, kinds }: TwinDocument): WholeDocument {
  return {
    document: new Map<string, unknown>([['_id', id.value], ...document]),
    bytes: rawDocument([['_id', id.raw], ...fields]),
    kinds: [`${id.kind} _id`, ...kinds],
  };
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Those of the documents that this server by itself stores as they are, and lets be changed and removed: tried by the plain
 * driver in a collection that is not synced. What a server alters or refuses is no matter of sync. What is left out is said.
 */
export async function storedAsTheyAre(
  db: Db,
  documents: readonly WholeDocument[],
): Promise<readonly WholeDocument[]> {
  const exact: WholeDocument[] = [];
  const others: string[] = [];
  for (const each of documents) {
    const refusal = await tried(db, each).catch(String);
    if (refusal === null) exact.push(each);
    else others.push(`${each.kinds.join(', ')}: ${refusal}`);
  }
  await db.collection('probe').drop();
  say(others);
  return exact;
}

async function tried(db: Db, { document, bytes }: WholeDocument): Promise<string | null> {
  const probe = db.collection('probe');
  await probe.drop();
  await probe.insertOne(document, { forceServerObjectId: true });
  const { _id, ...content } = Object.fromEntries(document as Map<string, unknown>);
  const id = { _id } as Document;
  const isExact = async (): Promise<boolean> => {
    const [found] = (await probe.find({}, { raw: true }).toArray()) as unknown as Uint8Array[];
    return found !== undefined && hexOf(found) === hexOf(bytes);
  };
  if (!(await isExact())) return 'altered';
  await probe.updateOne(id, { $set: { changed: true } });
  const merged = [{ _id: '$_id' }, { $literal: content }, { _syncMeta: '$_syncMeta' }];
  await probe.updateOne(id, [{ $replaceWith: { $mergeObjects: merged } }]);
  if (!(await isExact())) return 'altered by a replacement';
  return (await probe.deleteOne(id)).deletedCount === 1 ? null : 'not removed';
}

/** The raw documents that the server has stored as they are, by a message past every driver; what it has not is said. */
export async function insertedAsTheyAre(
  at: { readonly db: Db; readonly server: DatabaseServer; readonly collection: string },
  documents: readonly Uint8Array[],
): Promise<ReadonlySet<string>> {
  const { db, server, collection } = at;
  const place = { port: server.port, host: server.host, dbName: db.databaseName, collection: 'probe' };
  const exact = new Set<string>();
  const others: string[] = [];
  for (const bytes of documents) {
    const refusal = await insertRaw(place, bytes);
    const [found] = (await db
      .collection('probe')
      .find({}, { raw: true })
      .toArray()) as unknown as Uint8Array[];
    await db.collection('probe').deleteMany({});
    if (refusal !== null || !found || hexOf(found) !== hexOf(bytes)) {
      others.push(`${hexOf(bytes).slice(0, 80)}: ${refusal ?? 'altered'}`);
      continue;
    }
    if ((await insertRaw({ ...place, collection }, bytes)) === null) exact.add(hexOf(bytes));
  }
  say(others);
  return exact;
}

const SHOWN = 3;

function say(others: readonly string[]): void {
  if (others.length === 0) return;
  const shown = others.slice(0, SHOWN).join('\n  ');
  process.stdout.write(
    `${others.length} documents are left out, as this server does not store them as they are:\n  ${shown}\n`,
  );
}
