import { isDeepStrictEqual } from 'node:util';
import { type Body } from '@bomba/sync-core';
import { BSON } from 'mongodb';
import { isPlainObject } from '../bson/is-plain-object.js';
import { toOrderedDocument } from '../bson/elements.js';
import { toPlainDocument } from '../conflict/merge-document.js';
import { isDocument } from './is-document.js';
import { madeOf } from './made-of.js';
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
    // The output has what was there before, as nothing sets what the schema does not know.
    if (!shape.knows(name)) {
      result.set(name, value);
      continue;
    }
    const made = Object.hasOwn(output, name) ? output[name] : undefined;
    const isRead = isPlainObject(plain[name]) ? !isEmptied(plain[name]) : !shape.nests(name);
    if (made === undefined && isRead) {
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
  const output = plainOutput(made);
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
  made: readonly unknown[],
  shape: Shape,
): readonly unknown[] {
  const output = made.map(plainOutput);
  const at = (place: number): Received => ({ exact: exact[place], plain: plain[place] });
  const places = madeOf(output, plain, (value, place) => isAlike(at(place), value, shape));
  const result = output.map((value, i) => {
    const place = places[i] ?? -1;
    return place < 0 ? value : overlayValue(at(place), value, shape);
  });
  const isSame = result.length === exact.length && result.every((value, i) => value === exact[i]);
  return isSame ? exact : result;
}

/** Whether a model sees no difference: what it does not know is not looked at. */
function isAlike(received: Received, output: unknown, shape: Shape): boolean {
  const { plain } = received;
  if (!isPlainObject(plain) || !isPlainObject(output)) return isSameValue(received, output);
  const own = shape.of(plain);
  const names = new Set([...Object.keys(plain), ...Object.keys(output)]);
  return [...names].every((name) => !own.knows(name) || isDeepStrictEqual(plain[name], output[name]));
}

/** Values of a Map are documents of Mongoose, or lists of such. */
function plainOutput(made: unknown): unknown {
  if (made instanceof Map) return Object.fromEntries(made) as unknown;
  return isDocument(made) ? made.toBSON() : made;
}

/** Mongoose leaves out documents without content, and names that it never takes over: that is no removal. */
function isEmptied(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  return Object.entries(value).every(
    ([name, field]) => withheld.has(name) || field === undefined || isEmptied(field),
  );
}
