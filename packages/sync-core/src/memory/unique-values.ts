import { collectionOf, type DocumentKey } from '../document-key/document-key.js';
import { type Holder, type HolderSearch } from '../operations/holder.js';
import { type Refusal } from '../operations/refusal.js';
import { type Body } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';

/** The unique values of a body, each by the name of its index; a value is unique in its collection. */
export type UniqueOf = (body: Body) => Readonly<Record<string, string>>;

/** Who else in the collection holds a unique value of the body. */
export function holderOf(
  documents: ReadonlyMap<DocumentKey, { readonly body: Body; readonly stamp: Stamp | null }>,
  { key, body, except = [], uniqueOf }: HolderSearch & { readonly uniqueOf: UniqueOf },
): Holder | null {
  const wanted = Object.entries(uniqueOf(body));
  if (wanted.length === 0) return null;
  for (const [other, document] of documents) {
    if (other === key || except.includes(other) || collectionOf(other) !== collectionOf(key)) continue;
    const held = uniqueOf(document.body);
    const shared = wanted.find(([name, value]) => held[name] === value);
    if (shared) return { key: other, stamp: document.stamp, fields: { [shared[0]]: shared[1] } };
  }
  return null;
}

/** How a server says that a value is taken. */
export const taken: Refusal = {
  refused: true,
  code: 'SYNC_WRITE_UNIQUE',
  reason: 'Another document holds the same unique value.',
};
