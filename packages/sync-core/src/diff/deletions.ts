import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';
import { type AtlasTombstone, type LocalTombstone } from '../protocol/state.js';

/** What both sides know of deletions, of some keys or of all. */
export interface Deletions {
  readonly local: ReadonlyMap<DocumentKey, LocalTombstone>;
  readonly atlas: ReadonlyMap<DocumentKey, AtlasTombstone>;
}

/** Nothing was ever deleted. */
export const noDeletions: Deletions = { local: new Map(), atlas: new Map() };

/** More of one collection are asked for page by page, as they would take memory. */
const MAX_COUNT = 10_000;

/** No deletion of a collection is known on either side. */
export function areNone({ local, atlas }: Deletions): boolean {
  return local.size === 0 && atlas.size === 0;
}

/** What both sides know of the deletion of these keys. */
export function* readDeletions(keys: readonly DocumentKey[]): Step<Deletions> {
  const atlas = yield* ask({ side: 'atlas', op: 'readTombstones', entries: keys });
  const local = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  return deletionsAmong(keys, { local, atlas });
}

/** Those that were read of these keys, in their order. */
export function deletionsAmong(
  keys: readonly DocumentKey[],
  read: {
    readonly local: readonly (LocalTombstone | null)[];
    readonly atlas: readonly (AtlasTombstone | null)[];
  },
): Deletions {
  return { local: found(keys, read.local), atlas: found(keys, read.atlas) };
}

/**
 * All deletions of a collection's documents that either side knows of; null: they are many. Good for a comparison that begins
 * behind it: what is deleted later is pending on Local, or comes by the stream.
 */
export function* allDeletions(collection: string): Step<Deletions | null> {
  const page = { op: 'scanTombstones', collection, limit: MAX_COUNT } as const;
  const atlas = yield* ask({ side: 'atlas', ...page });
  const local = yield* ask({ side: 'local', ...page });
  return atlas && local && { local, atlas };
}

function found<Tombstone>(
  keys: readonly DocumentKey[],
  tombstones: readonly (Tombstone | null)[],
): ReadonlyMap<DocumentKey, Tombstone> {
  return new Map(keys.flatMap((key, i) => (tombstones[i] ? [[key, tombstones[i]] as const] : [])));
}
