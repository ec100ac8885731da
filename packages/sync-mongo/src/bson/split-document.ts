import { type Body } from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import { type Element, elementsOf, plainValueOf, valueBytes } from './elements.js';
import { storedIdOf } from './inexact-id.js';

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
  const id = idElement && storedIdOf(raw, idElement);
  if (!metaElement) return { id, body: raw, meta: null };
  const { start, end } = metaElement;
  return { id, body: without(raw, start, end), meta: metaOf(raw, metaElement) };
}

/** Metadata is not trusted: of what a foreign hand has spoiled, that which can be read. */
function metaOf(raw: Uint8Array, element: Element): Document | null {
  if (element.type !== DOCUMENT) return null;
  const bytes = valueBytes(raw, element);
  try {
    return BSON.deserialize(bytes);
  } catch {
    return Object.fromEntries(elementsOf(bytes).flatMap((element) => readable(bytes, element)));
  }
}

function readable(bytes: Uint8Array, element: Element): readonly (readonly [string, unknown])[] {
  try {
    return [[element.name, plainValueOf(bytes, element)]];
  } catch {
    return [];
  }
}

function without(raw: Uint8Array, start: number, end: number): Body {
  const body = Buffer.alloc(raw.length - (end - start));
  body.set(raw.subarray(0, start), 0);
  body.set(raw.subarray(end), start);
  body.writeInt32LE(body.length, 0);
  return body;
}
