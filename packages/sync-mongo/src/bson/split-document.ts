import { type Body } from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import { asBuffer } from './as-buffer.js';
import { type DocumentLayout, layoutOf } from './document-layout.js';
import { META_FIELD } from './meta-field.js';
import { type Element, elementsOf, plainValueOf, valueBytes } from './elements.js';
import { storedIdOf } from './inexact-id.js';

const DOCUMENT = 3;
/** Where in a document an `_id` that comes first begins, and its value. */
const ID_START = 4;
const ID_VALUE = ID_START + 1 + '_id'.length + 1;

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
  const { idElement, metaElement } = partsByLayout(asBuffer(raw)) ?? partsByName(raw);
  const id = idElement && storedIdOf(raw, idElement);
  if (!metaElement) return { id, body: raw, meta: null };
  const { start, end } = metaElement;
  return { id, body: without(raw, start, end), meta: metaOf(raw, metaElement) };
}

interface Parts {
  readonly idElement: Element | undefined;
  readonly metaElement: Element | undefined;
}

/** Where a driver has written the document nobody has to read the names of its other fields. */
function partsByLayout(raw: Buffer): Parts | null {
  const layout = layoutOf(raw);
  if (!layout) return null;
  const { metaStart: start, metaValue: valueStart, metaEnd } = layout;
  return {
    idElement: idElementOf(raw, 0, layout),
    metaElement:
      start < 0 ? undefined : { type: DOCUMENT, name: META_FIELD, start, valueStart, end: metaEnd },
  };
}

/** The `_id` of the document that begins there. */
export function idElementOf(bytes: Buffer, from: number, { idEnd: end }: DocumentLayout): Element {
  const start = from + ID_START;
  return { type: bytes[start] ?? 0, name: '_id', start, valueStart: from + ID_VALUE, end };
}

function partsByName(raw: Uint8Array): Parts {
  const elements = elementsOf(raw);
  return {
    idElement: elements.find(({ name }) => name === '_id'),
    metaElement: elements.find(({ name }) => name === META_FIELD),
  };
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
  const body = Buffer.allocUnsafe(raw.length - (end - start));
  body.set(raw.subarray(0, start), 0);
  body.set(raw.subarray(end), start);
  body.writeInt32LE(body.length, 0);
  return body;
}
