import { type DocumentKey, type SentVersion, type Stamp } from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { fromBinary, toBinary } from '../bson/stamp-binary.js';
import { storeUpserts } from '../side/store-upserts.js';
import { stateCollections } from '../state/state-collections.js';
import { latestIdUpsert } from './latest-id.js';
import { lastingSent, lastingSentRange } from './lasting-sent.js';
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

/**
 * The versions of these keys that are noted as sent. Notes of attempts are read first: what becomes a lasting one meanwhile
 * is in both for a moment, and then in the second.
 */
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
  for (const { key, stamps } of await lastingSent(context, keys)) {
    for (const stamp of stamps) sent.get(key)?.add(stamp);
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
  const filter = { $or: [{ _id: { $gte: PREFIX, $lt: PREFIX_END } }, { _id: lastingSentRange }] };
  await db.collection<SentNote>(stateCollections.metadata).deleteMany(filter, { writeConcern: durable });
}

/** Some of the notes that are older than that, with the versions they name. */
export async function oldNotes(
  context: LocalContext,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
): Promise<readonly { readonly note: string; readonly versions: readonly SentVersion[] }[]> {
  const filter = {
    _id: { $gte: PREFIX, $lt: PREFIX_END },
    notedAt: { $lt: new Date(context.now() - olderThanMs) },
  };
  const found = await notes(context).find(filter).sort({ _id: 1 }).limit(limit).toArray();
  return found.map(({ _id, versions }) => ({
    note: _id.slice(PREFIX.length),
    versions: versions.flatMap(({ key, stamp }) => {
      const version = fromBinary(stamp);
      return version ? [{ key: key as DocumentKey, stamp: version }] : [];
    }),
  }));
}

function notes({ db }: LocalContext): Collection<SentNote & Document> {
  return db.collection<SentNote & Document>(stateCollections.metadata);
}
