import { type Body } from '@bomba/sync-core';
import { BSON } from 'mongodb';
import { elementsOf, plainValueOf, toOrderedDocument, toPlain } from '../bson/elements.js';
import { isPlainObject } from '../bson/is-plain-object.js';
import { META_FIELD } from '../bson/meta-field.js';
import { type PlainDocument } from '../sync-options.js';
import { keepTypes } from './keep-types.js';

/**
 * A body as a strategy reads it: plain JavaScript values, a copy of its own. The driver takes a whole document with
 * `$ref` and `$id` for a reference: that one is read field by field.
 */
export function toPlainDocument(body: Body): PlainDocument {
  const document: unknown = toPlain(body);
  if (isPlainObject(document)) return document;
  return Object.fromEntries(elementsOf(body).map((element) => [element.name, plainValueOf(body, element)]));
}

/**
 * The body of what a strategy made of two states: fields that it took over keep their exact BSON types, and the `_id`
 * stays. Throws where it has another `_id`, or cannot be stored.
 */
export function mergeDocument(merged: object, states: readonly Body[]): Body {
  const sources = states.map((body) => ({ plain: toPlainDocument(body), exact: toOrderedDocument(body) }));
  const [first] = sources;
  if (!first) throw new TypeError('A merge is made of at least one state.');
  const fields = keepTypes(isPlainObject(merged) ? merged : { ...merged }, sources);
  // Where it equals one state altogether, it is that very document.
  const document = new Map<string, unknown>(fields instanceof Map ? fields : []);
  document.delete(META_FIELD);
  if (!document.has('_id')) return encode(new Map([['_id', first.exact.get('_id')], ...document]));
  if (!isSameId(document, first.exact)) throw new TypeError('A merged document has another _id.');
  return encode(document);
}

function isSameId(document: ReadonlyMap<string, unknown>, original: ReadonlyMap<string, unknown>): boolean {
  const bytesOf = (fields: ReadonlyMap<string, unknown>): Buffer =>
    Buffer.from(encode(new Map([['_id', fields.get('_id')]])));
  return bytesOf(document).equals(bytesOf(original));
}

function encode(document: ReadonlyMap<string, unknown>): Body {
  return BSON.serialize(document);
}

/** An untyped caller may return a promise, an array or nothing at all. */
export function isDocument(result: unknown): result is PlainDocument {
  return typeof result === 'object' && result !== null && !Array.isArray(result) && !('then' in result);
}
