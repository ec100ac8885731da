import { collectionOf, type DocumentKey } from '../document-key/document-key.js';
import { type ScannedState, type StatePage, type StateScan } from '../operations/scanned-state.js';
import { type Body, type Digest } from '../protocol/body.js';
import { asAtlas, asLocal, type MemoryDocument } from './memory-document.js';

/** A page of a collection's states. */
export function statesOf(
  documents: ReadonlyMap<DocumentKey, MemoryDocument>,
  { collection, after, limit, maxBytes, among }: StateScan,
  digestOf: (body: Body) => Digest,
): StatePage {
  const states: ScannedState[] = [];
  let byteCount = 0;
  for (const key of [...documents.keys()].sort()) {
    const document = documents.get(key);
    if (!document || collectionOf(key) !== collection || (after !== null && key <= after)) continue;
    if (among?.includes(key) === false) continue;
    states.push(asScanned(key, document, digestOf));
    byteCount += document.body.length;
    if (states.length === limit || byteCount >= maxBytes) return { states, isEnd: false };
  }
  return { states, isEnd: true };
}

function asScanned(
  key: DocumentKey,
  document: MemoryDocument,
  digestOf: (body: Body) => Digest,
): ScannedState {
  const { stamp, digest, body, dirty, held, deleting, last, derived } = document;
  const isPlain = dirty === null && !held && !deleting && last === null && !derived;
  return {
    ...{ key, stamp, digest, body, isPlain },
    onAtlas: asAtlas(document, digestOf),
    onLocal: asLocal(document, digestOf),
  };
}
