import { isDeepStrictEqual } from 'node:util';
import { type Body } from '@bomba/sync-core';
import { BSON } from 'mongodb';
import { isPlainObject } from '../bson/is-plain-object.js';
import { toOrderedDocument } from '../bson/elements.js';
import { toPlainDocument } from '../conflict/merge-document.js';
import { isSameValue } from './same-value.js';
import { type Output } from './incoming-document.js';
import { type Shape, withheld } from './shape.js';

type Fields = Readonly<Record<string, unknown>>;

/** A value as it came: with its exact BSON type, and as Mongoose read it. */
interface Received {
  readonly exact: unknown;
  readonly plain: unknown;
}

/**
 * The body that a model's output makes of the state it came from: what the logic changed, laid over the bytes as they
 * came. Fields that the schema does not know, BSON types and the order of fields stay; where nothing was changed it is the
 * very body that came.
 */
export function overlay(body: Body, { fields: made, isWritten }: Output, shape: Shape): Body {
  const plain = toPlainDocument(body);
  const own = shape.of(plain);
  const isOpen = (name: string): boolean => name !== '_id' && own.knows(name) && isWritten(name);
  const fields = Object.fromEntries(Object.entries(made).filter(([name]) => isOpen(name)));
  if (Object.entries(fields).every(([name, value]) => isDeepStrictEqual(value, plain[name]))) {
    if (Object.keys(plain).every((name) => !isOpen(name) || name in fields)) return body;
  }
  const exact = toOrderedDocument(body);
  const result = overlayDocument({ exact, plain }, fields, { ...own, knows: isOpen });
  return result === exact ? body : BSON.serialize(result);
}

function overlayDocument(
  received: { readonly exact: ReadonlyMap<string, unknown>; readonly plain: Fields },
  output: Fields,
  shape: Shape,
): ReadonlyMap<string, unknown> {
  const { exact, plain } = received;
  const result = new Map<string, unknown>();
  let isChanged = false;
  for (const [name, value] of exact) {
    const made = Object.hasOwn(output, name) ? output[name] : undefined;
    if (made === undefined && shape.knows(name) && !isEmptied(plain[name])) {
      isChanged = true; // removed by the logic
      continue;
    }
    const next =
      made === undefined
        ? value
        : overlayValue({ exact: value, plain: plain[name] }, made, shape.below(name));
    isChanged ||= next !== value;
    result.set(name, next);
  }
  for (const [name, made] of Object.entries(output)) {
    if (exact.has(name) || made === undefined || !shape.knows(name)) continue;
    isChanged = true;
    result.set(name, made);
  }
  return isChanged ? result : exact;
}

function overlayValue(received: Received, made: unknown, shape: Shape): unknown {
  const { exact, plain } = received;
  const output = made instanceof Map ? (Object.fromEntries(made) as unknown) : made;
  if (exact instanceof Map && isPlainObject(plain) && isPlainObject(output)) {
    return overlayDocument({ exact: exact as ReadonlyMap<string, unknown>, plain }, output, shape.of(plain));
  }
  if (Array.isArray(exact) && Array.isArray(plain) && Array.isArray(output)) {
    return overlayArray({ exact, plain }, output, shape);
  }
  return isSameValue(received, output) ? exact : output;
}

function overlayArray(
  { exact, plain }: { readonly exact: readonly unknown[]; readonly plain: readonly unknown[] },
  output: readonly unknown[],
  shape: Shape,
): readonly unknown[] {
  const result = output.map((made, i) => {
    const place = placeOf(made, i, plain);
    return place < 0 ? made : overlayValue({ exact: exact[place], plain: plain[place] }, made, shape);
  });
  const isSame = result.length === exact.length && result.every((value, i) => value === exact[i]);
  return isSame ? exact : result;
}

/** Which element it was made of: by `_id`, else the one at its place. -1: none. */
function placeOf(made: unknown, index: number, plain: readonly unknown[]): number {
  const id = isPlainObject(made) ? made['_id'] : undefined;
  if (id === undefined) return index < plain.length ? index : -1;
  return plain.findIndex(
    (element) => isPlainObject(element) && isSameValue({ exact: element['_id'], plain: element['_id'] }, id),
  );
}

/** Mongoose leaves out documents without content, and names that it never takes over: that is no removal. */
function isEmptied(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  return Object.entries(value).every(
    ([name, field]) => withheld.has(name) || field === undefined || isEmptied(field),
  );
}
