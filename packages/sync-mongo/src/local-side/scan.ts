import {
  type DirtyKey,
  type DocumentKey,
  type IndexPage,
  type LocalResults,
  lowestStamp,
  type MarkedPage,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { documentKeyOf } from '../bson/document-key.js';
import { fromBinary, toBinary } from '../bson/stamp-binary.js';
import { keysOfCollection } from '../side/keys-of-collection.js';
import { findSplit } from '../side/read-raw.js';
import { dirtyIndex, markedIndex, pendingIndex } from '../state/ensure-state.js';
import { stateCollections } from '../state/state-collections.js';
import { type LocalContext } from './local-context.js';
import { withSyncIndex } from './with-sync-index.js';

const LOWEST = lowestStamp(new Uint8Array(16));

/** A page of the dirty index, over all collections, in the order of the ids. */
export async function scanDirty(
  context: LocalContext,
  { after, skip = 0, limit, except = [] }: IndexPage,
): Promise<readonly DirtyKey[]> {
  // What is passed over is so in the order of all collections together.
  const page = { after, limit: skip + limit };
  const collections = context.collections().filter((collection) => !except.includes(collection));
  const pages = await Promise.all(collections.map((collection) => dirtyPage(context, collection, page)));
  return pages
    .flat()
    .sort(byId)
    .slice(skip, skip + limit);
}

async function dirtyPage(
  { db }: LocalContext,
  collection: string,
  { after, limit }: Pick<IndexPage, 'after' | 'limit'>,
): Promise<readonly DirtyKey[]> {
  const filter = {
    '_syncMeta.dirty': after ? { $gt: toBinary(after) } : { $gte: toBinary(LOWEST) },
    '_syncMeta.deleting': { $ne: true },
  };
  const options = { sort: { '_syncMeta.dirty': 1 }, projection: { '_syncMeta.dirty': 1 }, limit } as const;
  const source = db.collection(collection);
  const found = await withSyncIndex(source, dirtyIndex, (hint) =>
    findSplit(source, filter, { ...options, hint }),
  );
  return found.flatMap(({ id, meta }) => {
    const dirty = fromBinary(meta?.['dirty']);
    return dirty ? [{ key: documentKeyOf(collection, id), id: dirty }] : [];
  });
}

/** A page of the pending deletions, in the order of their ids. */
export async function scanPending(
  { db }: LocalContext,
  { after, skip = 0, limit, except = [] }: IndexPage,
): Promise<readonly DirtyKey[]> {
  const found = await db
    .collection<Document & { readonly _id: DocumentKey }>(stateCollections.tombstones)
    .find({
      pending: after ? { $gt: toBinary(after) } : { $gte: toBinary(LOWEST) },
      ...(except.length > 0 && { $nor: except.map((collection) => ({ _id: keysOfCollection(collection) })) }),
    })
    .sort({ pending: 1 })
    .hint(pendingIndex.name)
    .project({ pending: 1 })
    .skip(skip)
    .limit(limit)
    .toArray();
  return found.flatMap(({ _id, pending }: Document) => {
    const id = fromBinary(pending);
    return id ? [{ key: _id as DocumentKey, id }] : [];
  });
}

/** Documents that a delete has marked. */
export async function scanMarked(
  context: LocalContext,
  { among, except = [], limit }: MarkedPage,
): Promise<LocalResults['scanMarked']> {
  const ids = {
    ...(among ? { $in: among.map(toBinary) } : { $gte: toBinary(LOWEST) }),
    ...(except.length > 0 && { $nin: except.map(toBinary) }),
  };
  const marked: LocalResults['scanMarked'][number][] = [];
  // By the ids that are asked for, or by the marks: what is only dirty may be very much, and is not read.
  const index = among ? dirtyIndex : markedIndex;
  for (const collection of context.collections()) {
    const filter = { '_syncMeta.deleting': true, '_syncMeta.dirty': ids };
    const options = { projection: { _syncMeta: 1 }, limit: limit - marked.length };
    const source = context.db.collection(collection);
    const found = await withSyncIndex(source, index, (hint) =>
      findSplit(source, filter, { ...options, hint }),
    );
    for (const { id, meta } of found) {
      const dirty = fromBinary(meta?.['dirty']);
      const key = documentKeyOf(collection, id);
      if (dirty)
        marked.push({ key, id: dirty, stamp: fromBinary(meta?.['stamp']), last: fromBinary(meta?.['last']) });
    }
    if (marked.length >= limit) break;
  }
  return marked;
}

function byId(a: DirtyKey, b: DirtyKey): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
