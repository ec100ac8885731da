import { type Body } from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import { elementsOf, valueOf } from './elements.js';

/** The name of the one field that bomba-sync adds to a document. */
export const META_FIELD = '_syncMeta';

const DOCUMENT = 3;

/** A stored document, taken apart. */
export interface SplitDocument {
  readonly id: unknown;
  /** Its bytes without `_syncMeta`. */
  readonly body: Body;
  /** What `_syncMeta` holds, not yet trusted; null where it is absent or no document. */
  readonly meta: Document | null;
}

/** Takes the raw bytes of a stored document apart, without decoding its content. */
export function splitDocument(raw: Uint8Array): SplitDocument {
  const elements = elementsOf(raw);
  const idElement = elements.find(({ name }) => name === '_id');
  const metaElement = elements.find(({ name }) => name === META_FIELD);
  const id = idElement && valueOf(raw, idElement);
  if (!metaElement) return { id, body: raw, meta: null };
  const { type, start, valueStart, end } = metaElement;
  const meta = type === DOCUMENT ? BSON.deserialize(raw.subarray(valueStart, end)) : null;
  return { id, body: without(raw, start, end), meta };
}

function without(raw: Uint8Array, start: number, end: number): Body {
  const body = Buffer.alloc(raw.length - (end - start));
  body.set(raw.subarray(0, start), 0);
  body.set(raw.subarray(end), start);
  body.writeInt32LE(body.length, 0);
  return body;
}
