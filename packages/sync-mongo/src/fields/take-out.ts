import { type Body } from '@bomba/sync-core';
import { documentOf, headOf, spanOf } from '../bson/document-parts.js';
import { elementsOf, valueBytes } from '../bson/elements.js';
import { type ExclusionSet, type NameTree } from './exclusion-set.js';

const DOCUMENT = 3;
const ARRAY = 4;
const EMPTY_LENGTH = 5;

/**
 * A document without the excluded fields: what travels of it. A document of which nothing is left, or that was empty,
 * counts as absent where a field of it is excluded, and an array as excluded altogether: so what one side keeps never
 * shows in what the other compares.
 */
export function withoutExcluded(document: Body, { names }: ExclusionSet): Body {
  return names.size === 0 ? document : cut(document, names);
}

/** The excluded fields of a document by themselves. */
export function onlyExcluded(document: Body, { names }: ExclusionSet): Body {
  return pick(document, names);
}

/**
 * What travels, with excluded fields put behind it at their places. What travels stands: where it has a value in the place
 * of a document that an excluded field was in, that field has no place any more.
 */
export function withExcluded(document: Body, kept: Body, set: ExclusionSet): Body {
  if (set.names.size === 0) return document;
  return join(withoutExcluded(document, set), kept);
}

/** A document with fields put behind it, at their places, where it has none of them. */
export function withFields(document: Body, fields: Body): Body {
  return join(document, fields);
}

function cut(bytes: Body, names: NameTree): Body {
  const parts: Uint8Array[] = [];
  for (const element of elementsOf(bytes)) {
    const below = names.get(element.name);
    if (below === undefined) parts.push(spanOf(bytes, element));
    else if (below !== 'whole' && element.type === DOCUMENT) {
      const inner = cut(valueBytes(bytes, element), below);
      if (inner.length > EMPTY_LENGTH) parts.push(headOf(bytes, element), inner);
    } else if (below !== 'whole' && element.type !== ARRAY) parts.push(spanOf(bytes, element));
  }
  return documentOf(parts);
}

function pick(bytes: Body, names: NameTree): Body {
  const parts: Uint8Array[] = [];
  for (const element of elementsOf(bytes)) {
    const below = names.get(element.name);
    if (below === undefined) continue;
    if (below === 'whole' || element.type === ARRAY) parts.push(spanOf(bytes, element));
    else if (element.type === DOCUMENT) {
      const inner = pick(valueBytes(bytes, element), below);
      if (inner.length > EMPTY_LENGTH) parts.push(headOf(bytes, element), inner);
    }
  }
  return documentOf(parts);
}

function join(bytes: Body, kept: Body): Body {
  const open = new Map(elementsOf(kept).map((element) => [element.name, element]));
  if (open.size === 0) return bytes;
  const parts: Uint8Array[] = [];
  for (const element of elementsOf(bytes)) {
    const also = open.get(element.name);
    open.delete(element.name);
    if (also?.type === DOCUMENT && element.type === DOCUMENT)
      parts.push(headOf(bytes, element), join(valueBytes(bytes, element), valueBytes(kept, also)));
    else parts.push(spanOf(bytes, element));
  }
  for (const element of open.values()) parts.push(spanOf(kept, element));
  return documentOf(parts);
}
