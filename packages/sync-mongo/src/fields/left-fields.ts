import { type Body, collectionOf, type DocumentKey, type HolderSearch } from '@bomba/sync-core';
import { Binary, type Collection, type Db, type Document, type Filter } from 'mongodb';
import { vouchFor } from '../audit/vouched-writes.js';
import { stateCollections } from '../state/state-collections.js';
import { excludedIn } from './excluded-fields.js';
import { type ExclusionSet } from './exclusion-set.js';
import { type Kept, KeptFields, keptFields, type KeptPlace, nothingKept } from './keep-excluded.js';
import { withFields, withoutExcluded } from './take-out.js';

/** Beside them there must be room for the tombstone that holds them; what is larger goes with its document. */
const MAX_LEFT_BYTES = 15 * 1024 * 1024;

/** What documents left behind when they left Local for a while, by their keys. */
type Left = ReadonlyMap<DocumentKey, Body>;

/**
 * The excluded fields of documents of Local, also of those that left it for a while though nobody deleted them: they are
 * nowhere else, and are there again when the document is. Whatever notes a deletion of the key removes what was left.
 */
export function keptOnLocal(place: KeptPlace, keys: readonly DocumentKey[]): Promise<Kept> {
  return keptFields(place, keys, { ofAbsent: readLeft });
}

/** States as Local would hold them: a unique index may be of fields that do not travel, or ask for one. */
export async function asOnLocal(
  place: KeptPlace,
  states: readonly HolderSearch[],
): Promise<readonly HolderSearch[]> {
  const kept = await keptOnLocal(
    place,
    states.map(({ key }) => key),
  );
  return states.map((state) => ({ ...state, body: kept(state.key).around(state.body) }));
}

/** What the tombstone of a document that is about to leave Local notes of its excluded fields; null: nothing. */
export function leftIn({ fields, areAny }: KeptFields): Binary | null {
  return !areAny || fields.length > MAX_LEFT_BYTES ? null : new Binary(fields);
}

/** What is noted of documents that are about to leave Local: one that has changed since stays. */
export async function notedAsLeft({ db, excluded }: KeptPlace, keys: readonly DocumentKey[]): Promise<Kept> {
  const set = (key: DocumentKey): ExclusionSet => excludedIn({ excluded }, collectionOf(key));
  const left = await readLeft(
    db,
    keys.filter((key) => set(key).paths.length > 0),
  );
  return (key) => {
    const fields = left.get(key);
    return fields ? new KeptFields(set(key), fields, { isLeft: true }) : nothingKept;
  };
}

async function readLeft(db: Db, keys: readonly DocumentKey[]): Promise<Left> {
  if (keys.length === 0) return new Map();
  const noted = tombstones(db).find(withNote(keys), { projection: { left: 1 } });
  const left = new Map<DocumentKey, Body>();
  for await (const { _id, left: fields } of noted) {
    if (fields instanceof Binary) left.set(_id, fields.value());
  }
  return left;
}

/** A document that comes back, with what it left behind; what is excluded no longer travels from then on. */
export async function withLeft(
  { db, excluded }: KeptPlace,
  { key, body }: { readonly key: DocumentKey; readonly body: Body },
): Promise<Body> {
  const travels = withoutExcluded(body, excludedIn({ excluded }, collectionOf(key)));
  const left = (await readLeft(db, [key])).get(key);
  return left ? withFields(travels, left) : travels;
}

/** The document is there again: what it left behind is in it, and would be out of date should it go once more. */
export async function forgetLeft(db: Db, keys: readonly DocumentKey[]): Promise<void> {
  if (keys.length === 0) return;
  await vouchFor(() => tombstones(db).updateMany(withNote(keys), { $unset: { left: '' } }));
}

type Tombstone = Document & { readonly _id: DocumentKey };

function tombstones(db: Db): Collection<Tombstone> {
  return db.collection<Tombstone>(stateCollections.tombstones);
}

function withNote(keys: readonly DocumentKey[]): Filter<Tombstone> {
  return { _id: { $in: [...keys] }, left: { $exists: true } };
}
