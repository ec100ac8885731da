import { type Body, type DocumentKey } from '@bomba/sync-core';
import { Binary, type Db, type Document } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';
import { type Kept, keptFields, type KeptPlace } from './keep-excluded.js';

/** Beside them there must be room for the tombstone that holds them; what is larger goes with its document. */
const MAX_LEFT_BYTES = 15 * 1024 * 1024;
/** The length of a document without fields. */
const NOTHING_LENGTH = 5;

/**
 * The excluded fields of documents of Local, also of those that left it for a while though nobody deleted them: they are
 * nowhere else, and are there again when the document is. Whatever notes a deletion of the key removes what was left.
 */
export function keptOnLocal(place: KeptPlace, keys: readonly DocumentKey[]): Promise<Kept> {
  return keptFields(place, keys, { ofAbsent: readLeft });
}

/** What the tombstone of a document that is about to leave Local notes of its excluded fields; null: nothing. */
export function leftIn(fields: Body): Binary | null {
  return fields.length <= NOTHING_LENGTH || fields.length > MAX_LEFT_BYTES ? null : new Binary(fields);
}

async function readLeft(db: Db, keys: readonly DocumentKey[]): Promise<ReadonlyMap<DocumentKey, Body>> {
  const filter = { _id: { $in: [...keys] }, left: { $exists: true } } as Document;
  const noted = db
    .collection<Document & { readonly _id: DocumentKey }>(stateCollections.tombstones)
    .find(filter, { projection: { left: 1 } });
  const left = new Map<DocumentKey, Body>();
  for await (const { _id, left: fields } of noted) {
    if (fields instanceof Binary) left.set(_id, fields.value());
  }
  return left;
}
