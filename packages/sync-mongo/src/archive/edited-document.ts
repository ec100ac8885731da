import { isDeepStrictEqual } from 'node:util';
import { type Body } from '@bomba/sync-core';
import { BSON, Code } from 'mongodb';
import { documentOf, headOf, newHead, spanOf } from '../bson/document-parts.js';
import { type Element, elementsOf, toOrderedDocument, valueBytes } from '../bson/elements.js';
import { codeParts, notExact } from '../bson/exact-scalar.js';
import { isPlainObject } from '../bson/is-plain-object.js';
import { META_FIELD } from '../bson/meta-field.js';
import { elementType } from '../bson/element-type.js';
import { isTyped, readTyped } from './read-typed.js';
import { sameItems } from './same-items.js';
import { shownDocument, shownValue } from './shown-document.js';

type Fields = Readonly<Record<string, unknown>>;

/** A value as it is stored. */
interface Encoded {
  readonly type: number;
  readonly value: Uint8Array;
}

/** A value that was there: as it is stored, and as it was shown. */
type Was = Encoded & { readonly shown: unknown };

const EMPTY = documentOf([]);

/**
 * What somebody made of a state that was shown as extended JSON: what is sent back as it was shown keeps its bytes and its
 * place, so that only what was changed changes. The `_id` stays. Throws SYNC_WRITE_NOT_EXACT where a value is none of
 * extended JSON.
 */
export function editedDocument(sent: Fields, state: Body): Body {
  const corrected = Object.entries(sent).filter(([name]) => name !== '_id' && name !== META_FIELD);
  const ids = elementsOf(state).filter(({ name }) => name === '_id');
  const kept = [...ids.map((id) => ['_id', shownValue(state, id)] as const), ...corrected];
  return editFields(Object.fromEntries(kept), state, '');
}

function editFields(sent: Fields, was: Uint8Array, path: string): Uint8Array {
  const shown = shownDocument(was);
  const parts: Uint8Array[] = [];
  const changed = new Set<string>();
  for (const element of elementsOf(was)) {
    const { name, type } = element;
    if (!isThere(sent, name) || changed.has(name)) continue;
    if (isDeepStrictEqual(sent[name], shown[name])) {
      parts.push(spanOf(was, element));
      continue;
    }
    changed.add(name);
    const before = { type, value: valueBytes(was, element), shown: shown[name] };
    const now = encode(sent[name], before, path + name);
    parts.push(now.type === type ? headOf(was, element) : newHead(now.type, name), now.value);
  }
  for (const [name, value] of Object.entries(sent)) {
    if (value === undefined || Object.hasOwn(shown, name)) continue;
    const { type, value: bytes } = encode(value, null, path + name);
    parts.push(newHead(type, name), bytes);
  }
  return documentOf(parts);
}

function isThere(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== undefined;
}

function editItems(sent: readonly unknown[], was: Uint8Array, path: string): Uint8Array {
  const items = elementsOf(was).map((element) => toWas(was, element));
  const pairs = sameItems(sent, items);
  return documentOf(
    sent.flatMap((item, i) => {
      const { type, value } = encode(item, pairs[i] ?? null, `${path}.${i}`);
      return [newHead(type, String(i)), value];
    }),
  );
}

function toWas(bytes: Uint8Array, element: Element): Was {
  return { type: element.type, value: valueBytes(bytes, element), shown: shownValue(bytes, element) };
}

function encode(sent: unknown, was: Was | null, path: string): Encoded {
  if (was && isDeepStrictEqual(sent, was.shown)) return was;
  const { array, document } = elementType;
  if (Array.isArray(sent)) return { type: array, value: editItems(sent, partsOf(was, array), path) };
  if (!isPlainObject(sent)) return written(sent, path);
  // A document whose names are those of extended JSON stays one.
  if (!isTyped(sent) || (was?.type === document && isTyped(was.shown)))
    return { type: document, value: editFields(sent, partsOf(was, document), `${path}.`) };
  return written('$scope' in sent ? editCode(sent, was, path) : readTyped(sent, path), path);
}

function editCode({ $code, $scope }: Fields, was: Was | null, path: string): Code {
  if (typeof $code !== 'string' || !isPlainObject($scope)) throw notExact(path, 'is no code with a scope');
  const scope = was?.type === elementType.codeWithScope ? codeParts({ ...was, path }).scope : EMPTY;
  return new Code($code, toOrderedDocument(editFields($scope, scope, `${path}.`), `${path}.`));
}

function partsOf(was: Was | null, type: number): Uint8Array {
  return was?.type === type ? was.value : EMPTY;
}

function written(value: unknown, path: string): Encoded {
  try {
    const bytes = BSON.serialize(new Map([['', value ?? null]]));
    const [element] = elementsOf(bytes);
    if (element) return { type: element.type, value: valueBytes(bytes, element) };
  } catch (error) {
    throw notExact(path, 'is no value that can be stored', error);
  }
  throw notExact(path, 'is no value that can be stored');
}
