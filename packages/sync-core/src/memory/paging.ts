import { collectionOf, type DocumentKey } from '../document-key/document-key.js';
import { type DirtyKey, type IndexPage } from '../operations/local-operation.js';
import { isLater } from '../protocol/stamp.js';

/** Orders by id, and keys of one id by key. */
export function byId(a: DirtyKey, b: DirtyKey): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/** A page of an index. */
export function page(
  sorted: readonly DirtyKey[],
  { after, skip = 0, limit, except = [] }: IndexPage,
): readonly DirtyKey[] {
  const isAsked = ({ key, id }: DirtyKey): boolean =>
    (after === null || isLater(id, after)) && !except.includes(collectionOf(key));
  const rest = sorted.filter(isAsked);
  return rest.slice(skip, skip + limit);
}

/** Reads key after key until `maxBytes` of content are read; the keys after that are for later. */
export function within<Found extends { readonly body: Uint8Array }>(
  keys: readonly DocumentKey[],
  maxBytes: number,
  read: (key: DocumentKey) => Found | null,
): readonly (Found | null | 'later')[] {
  let byteCount = 0;
  return keys.map((key) => {
    if (byteCount >= maxBytes) return 'later';
    const found = read(key);
    byteCount += found?.body.length ?? 0;
    return found;
  });
}
