import { type Body, type FieldDifference } from '@bomba/sync-core';
import { elementsOf, valueBytes } from '../bson/elements.js';

const MAX_FIELDS = 20;
const MAX_DEPTH = 4;
const DOCUMENT = 3;

/** The fields in which two bodies differ, by path, without their values; at most 20. */
export function fieldDifferences(local: Body, atlas: Body): readonly FieldDifference[] {
  return Buffer.compare(local, atlas) === 0 ? [] : [...differences(local, atlas, '')].slice(0, MAX_FIELDS);
}

/** Of two documents that are not the same. */
function* differences(local: Body, atlas: Body, path: string, depth = 1): Generator<FieldDifference> {
  const [here, there] = [fieldsOf(local), fieldsOf(atlas)];
  let isReordered = true;
  for (const name of new Set([...here.keys(), ...there.keys()])) {
    const [a, b] = [here.get(name), there.get(name)];
    if (a && b && a.type === b.type && Buffer.compare(a.value, b.value) === 0) continue;
    isReordered = false;
    const at = path === '' ? name : `${path}.${name}`;
    if (!a || !b) yield { path: at, missingOn: a ? 'atlas' : 'local' };
    else if (a.type === DOCUMENT && b.type === DOCUMENT && depth < MAX_DEPTH)
      yield* differences(a.value, b.value, at, depth + 1);
    else yield { path: at, missingOn: null };
  }
  if (isReordered) yield { path, missingOn: null, isReordered };
}

function fieldsOf(body: Body): ReadonlyMap<string, { readonly type: number; readonly value: Uint8Array }> {
  return new Map(
    elementsOf(body).map((element) => [
      element.name,
      { type: element.type, value: valueBytes(body, element) },
    ]),
  );
}
