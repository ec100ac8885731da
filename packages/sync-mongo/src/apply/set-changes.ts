import { isDeepStrictEqual } from 'node:util';
import { type Document, type Schema } from 'mongoose';
import { isPlainObject } from '../bson/is-plain-object.js';
import { isDocument } from './is-document.js';
import { valueWithoutVirtuals } from './without-virtuals.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a document held, and what it is to hold. */
export interface Change<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** A path that is of no concern to a model: no schema can name it, or it never changes. */
const isUnreachable = (name: string): boolean => name === '_id' || name.includes('.') || name.startsWith('$');

/**
 * Sets what differs, as deep as it differs, so that `isModified` says the same as if the application had edited the
 * document: untouched fields, sub-documents and elements of arrays count as they were.
 */
export function setChanges(document: Document, change: Change<Fields>, prefix = ''): void {
  const { before, after } = change;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (isUnreachable(name) || isDeepStrictEqual(before[name], after[name])) continue;
    setPath(document, prefix + name, { before: before[name], after: after[name] });
  }
}

function setPath(document: Document, path: string, change: Change<unknown>): void {
  const { before, after } = change;
  const kind = document.schema.pathType(path);
  if (kind === 'virtual' || (kind === 'adhocOrUndefined' && isStrict(document.schema))) return;
  const current = document.get(path, undefined, { getters: false }) as unknown;
  if (isPlainObject(before) && isPlainObject(after) && kind === 'nested') {
    setChanges(document, { before, after }, `${path}.`);
  } else if (isPlainObject(before) && isPlainObject(after) && isDocument(current)) {
    setChanges(current, { before, after });
  } else if (Array.isArray(before) && Array.isArray(after) && holdsDocuments(document.schema, path)) {
    setElements(document, path, { before, after });
  } else {
    assign(document, path, after);
  }
}

function holdsDocuments(schema: Schema, path: string): boolean {
  const type = schema.path(path) as object | undefined;
  return type !== undefined && Reflect.get(type, '$isMongooseDocumentArray') === true;
}

/** Elements that were there before keep their sub-documents; what changed in them is set in place. */
function setElements(document: Document, path: string, { before, after }: Change<readonly unknown[]>): void {
  const present = document.get(path, undefined, { getters: false }) as readonly unknown[];
  const places = after.map((element, i) => placeIn(before, element, i));
  const isSameOrder = after.length === before.length && places.every((place, i) => place === i);
  if (!isSameOrder) {
    assign(
      document,
      path,
      after.map((element, i) => present[places[i] ?? -1] ?? element),
    );
  }
  const now = document.get(path, undefined, { getters: false }) as readonly unknown[];
  places.forEach((place, i) => {
    const [old, element, target] = [before[place], after[i], now[i]];
    if (isPlainObject(old) && isPlainObject(element) && isDocument(target))
      setChanges(target, { before: old, after: element });
  });
}

/** Where an element was before: by its `_id`; without one, only where it stands at the same place. -1: nowhere. */
function placeIn(before: readonly unknown[], element: unknown, index: number): number {
  if (!isPlainObject(element)) return -1;
  const id = element['_id'];
  if (id === undefined) return isPlainObject(before[index]) ? index : -1;
  return before.findIndex((old) => isPlainObject(old) && isDeepStrictEqual(old['_id'], id));
}

/** Immutable fields too: what Atlas holds is a fact, not an edit by the application. */
function assign(document: Document, path: string, value: unknown): void {
  const stored = valueWithoutVirtuals(document.schema, path, value);
  document.set(path, stored, { overwriteImmutable: true });
}

function isStrict({ options }: Schema): boolean {
  return Reflect.get(options, 'strict') !== false;
}
