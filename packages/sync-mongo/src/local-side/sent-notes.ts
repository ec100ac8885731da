import { type DocumentKey, type SentVersion, type Stamp } from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { fromBinary, toBinary } from '../bson/stamp-binary.js';
import { storeUpserts } from '../side/store-upserts.js';
import { stateCollections } from '../state/state-collections.js';
import { latestIdUpsert } from './latest-id.js';
import { durable, type LocalContext } from './local-context.js';

interface SentNote {
  readonly _id: string;
  readonly notedAt: Date;
  readonly versions: readonly { readonly key: string; readonly stamp: unknown }[];
}

const PREFIX = 'sent:';
const PREFIX_END = 'sent;';

/** What is about to leave. */
interface Leaving {
  readonly note: string;
  readonly versions: readonly SentVersion[];
  /** The latest id of the writes that these versions are of. */
  readonly latest: Stamp;
}

/** Notes versions as sent, durably, before they leave; in one command, as each would wait for the journal by itself. */
export async function noteSent(
  context: LocalContext,
  { note, versions, latest }: Leaving,
): Promise<undefined> {
  const entries = versions.map(({ key, stamp }) => ({ key, stamp: toBinary(stamp) }));
  const replacement = { notedAt: new Date(context.now()), versions: entries };
  const record = { replaceOne: { filter: { _id: PREFIX + note } as Document, replacement, upsert: true } };
  const metadata = context.db.collection(stateCollections.metadata);
  await storeUpserts(metadata, [record, latestIdUpsert(latest)], { side: 'local', writeConcern: durable });
  return undefined;
}

/** The versions of these keys that are noted as sent. */
export async function readSent(
  context: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly ReadonlySet<Stamp>[]> {
  const sent = new Map<string, Set<Stamp>>(keys.map((key) => [key, new Set()]));
  const filter = { _id: { $gte: PREFIX, $lt: PREFIX_END }, 'versions.key': { $in: [...keys] } };
  for await (const { versions } of notes(context).find(filter)) {
    for (const { key, stamp } of versions) {
      const version = fromBinary(stamp);
      if (version) sent.get(key)?.add(version);
    }
  }
  return keys.map((key) => sent.get(key) ?? new Set());
}

/** What was sent under this note is settled. */
export async function forgetSent(context: LocalContext, note: string): Promise<undefined> {
  await notes(context).deleteOne({ _id: PREFIX + note });
  return undefined;
}

/**
 * Forgets all notes: in a Local that was restored or copied they may be younger than the documents, which do not contain
 * what they tell of. What was sent is met like anybody's write then, at worst with a record of it.
 */
export async function forgetAllSent(db: Db): Promise<void> {
  const filter = { _id: { $gte: PREFIX, $lt: PREFIX_END } };
  await db.collection<SentNote>(stateCollections.metadata).deleteMany(filter, { writeConcern: durable });
}

/** Which notes to read: a page of those that are old enough, in the order of their names. */
export interface NotePage {
  readonly olderThanMs: number;
  /** Behind that note; null: from the first one. */
  readonly after: string | null;
  readonly limit: number;
}

/** A page of notes, with the keys they name. */
export async function notesBehind(
  context: LocalContext,
  { olderThanMs, after, limit }: NotePage,
): Promise<readonly { readonly note: string; readonly keys: readonly DocumentKey[] }[]> {
  const filter = {
    _id: { $gt: PREFIX + (after ?? ''), $lt: PREFIX_END },
    notedAt: { $lt: new Date(context.now() - olderThanMs) },
  };
  const found = await notes(context).find(filter).sort({ _id: 1 }).limit(limit).toArray();
  return found.map(({ _id, versions }) => ({
    note: _id.slice(PREFIX.length),
    keys: versions.map(({ key }) => key as DocumentKey),
  }));
}

function notes({ db }: LocalContext): Collection<SentNote & Document> {
  return db.collection<SentNote & Document>(stateCollections.metadata);
}
