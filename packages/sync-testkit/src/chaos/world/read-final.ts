import { BSON, type Db, type Document } from 'mongodb';
import { ATLAS, type FinalState, type KeptState, type Place } from '../checker/recorded-history.js';
import { contentOf } from './content-of.js';

const { EJSON } = BSON;
const CONFLICTS = '_sync_conflicts';
const marks = ['dirty', 'held', 'deleting', 'last', 'derived'];

/** What a place holds. Read by the driver alone, with nothing of the product. */
export async function readFinal(
  db: Db,
  place: Place,
  { collection, hasRules }: { readonly collection: string; readonly hasRules: boolean },
): Promise<FinalState> {
  const documents = await storedIn(db, collection);
  const records = await storedIn(db, CONFLICTS);
  const fingerprints = new Map([...documents, ...records].map((each) => [each.name, each.fingerprint]));
  const contents = new Map(documents.map(({ document }) => [String(document['_id']), contentOf(document)]));
  const marked = [...documents, ...records].flatMap(({ name, document }) =>
    marks
      .filter((mark) => mark in ((document['_syncMeta'] as Document | undefined) ?? {}))
      .map((mark) => `${name} is ${mark}`),
  );
  const others = place === ATLAS ? [] : await leftIn(db, hasRules);
  return { place, contents, fingerprints, leftovers: [...marked, ...others] };
}

/** The states that lost, from the conflict store. Those of deletions have no content to keep. */
export async function readKept(db: Db): Promise<readonly KeptState[]> {
  const records = await db
    .collection(CONFLICTS)
    .find({ state: { $type: 'binData' } })
    .toArray();
  return records.map((record) => {
    const state = BSON.deserialize((record['state'] as { readonly buffer: Uint8Array }).buffer);
    return { key: String(state['_id']), content: contentOf(state) };
  });
}

/** Where rules are switched on, what waits in quarantine is judged by them. */
async function leftIn(db: Db, hasRules: boolean): Promise<readonly string[]> {
  const pending = await db
    .collection('_sync_tombstones')
    .find({ pending: { $ne: null } })
    .toArray();
  const quarantined = hasRules ? [] : await db.collection('_sync_quarantine').find().toArray();
  return [
    ...pending.map(({ _id }) => `the deletion of ${String(_id)} is pending`),
    ...quarantined.map(({ _id, reason }) => `${String(_id)} is in quarantine: ${String(reason)}`),
  ];
}

interface Stored {
  readonly name: string;
  readonly document: Document;
  /** Its content with the types of BSON, and its version; without what is each side's own. */
  readonly fingerprint: string;
}

async function storedIn(db: Db, collection: string): Promise<readonly Stored[]> {
  const found = await db.collection(collection).find({}, { promoteValues: false }).toArray();
  return found.map((document) => {
    const { _syncMeta: meta, ...content } = document as { readonly _syncMeta?: Document };
    const version = EJSON.stringify((meta?.['stamp'] as unknown) ?? 'no version');
    const fingerprint = `${EJSON.stringify(content, { relaxed: false })} ${version}`;
    return { name: `${collection} ${String(document._id)}`, document, fingerprint };
  });
}
