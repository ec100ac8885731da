import { type DocumentKey, type SentVersion, type Stamp } from '@bomba/sync-core';
import { type Binary, type Collection } from 'mongodb';
import { fromBinary, toBinary } from '../bson/stamp-binary.js';
import { storeUpserts } from '../side/store-upserts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

/** All versions of one key that attempts have sent which did not come to their end. No attempt ever takes one away. */
interface LastingDocument {
  readonly _id: string;
  readonly stamps: readonly Binary[];
}

const PREFIX = 'sent-of:';
const PREFIX_END = 'sent-of;';

/** Where these notes are, among the metadata. */
export const lastingSentRange = { $gte: PREFIX, $lt: PREFIX_END } as const;

/** What one of these notes says. */
export interface LastingSent {
  readonly key: DocumentKey;
  readonly stamps: readonly Stamp[];
}

/** Notes these versions durably, each once however often it was sent, until their keys are settled. */
export async function noteLastingSent(
  context: LocalContext,
  versions: readonly SentVersion[],
): Promise<void> {
  if (versions.length === 0) return;
  const stamps = new Map<DocumentKey, Set<Stamp>>(versions.map(({ key }) => [key, new Set()]));
  for (const { key, stamp } of versions) stamps.get(key)?.add(stamp);
  const writes = [...stamps].map(([key, sent]) => ({
    updateOne: {
      filter: { _id: (PREFIX + key) as never },
      update: { $addToSet: { stamps: { $each: [...sent].map(toBinary) } } as never },
      upsert: true,
    },
  }));
  const metadata = context.db.collection(stateCollections.metadata);
  await storeUpserts(metadata, writes, { side: 'local', writeConcern: durable });
}

/** What is noted of these keys. */
export async function lastingSent(
  context: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly LastingSent[]> {
  const filter = { _id: { $in: keys.map((key) => PREFIX + key) } };
  return (await notes(context).find(filter).toArray()).map(asLasting);
}

/** A page of these notes, in the order of their keys. `after`: behind that key; null: from the first one. */
export async function lastingSentBehind(
  context: LocalContext,
  { after, limit }: { readonly after: DocumentKey | null; readonly limit: number },
): Promise<readonly LastingSent[]> {
  const filter = { _id: { $gt: PREFIX + (after ?? ''), $lt: PREFIX_END } };
  const found = await notes(context).find(filter).sort({ _id: 1 }).limit(limit).toArray();
  return found.map(asLasting);
}

/** Forgets these notes as they were read: what was added since is of an attempt that nobody has asked about. */
export async function forgetLastingSent(context: LocalContext, read: readonly LastingSent[]): Promise<void> {
  if (read.length === 0) return;
  const writes = read.map(({ key, stamps }) => ({
    deleteOne: { filter: { _id: PREFIX + key, stamps: stamps.map(toBinary) } },
  }));
  await notes(context).bulkWrite(writes, { ordered: false });
}

function asLasting({ _id, stamps }: LastingDocument): LastingSent {
  const versions = stamps.flatMap((stamp) => fromBinary(stamp) ?? []);
  return { key: _id.slice(PREFIX.length) as DocumentKey, stamps: versions };
}

function notes({ db }: LocalContext): Collection<LastingDocument> {
  return db.collection<LastingDocument>(stateCollections.metadata);
}
