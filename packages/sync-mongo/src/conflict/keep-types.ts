import { isDeepStrictEqual } from 'node:util';
import { isPlainObject } from '../bson/is-plain-object.js';

/** A value as a strategy saw it, and as it was stored, with its exact BSON types. */
export interface Source {
  readonly plain: unknown;
  readonly exact: unknown;
}

/**
 * A value that a strategy made, with the exact types of the values that it took over: a Double 1.0 stays one, though in
 * JavaScript it is the number 1. What is new is written as the driver writes it.
 */
export function keepTypes(value: unknown, sources: readonly Source[]): unknown {
  const same = sources.find(({ plain }) => isDeepStrictEqual(plain, value));
  if (same) return same.exact;
  if (Array.isArray(value)) {
    const scalars = scalarsOf(sources);
    return value.map((item: unknown, i) => {
      const known = scalars.get(item);
      return known === undefined ? keepTypes(item, itemsOf(sources, i)) : known;
    });
  }
  if (!isPlainObject(value)) return value;
  return new Map(
    Object.entries(value).map(([name, field]) => [name, keepTypes(field, fieldsOf(sources, name))]),
  );
}

function fieldsOf(sources: readonly Source[], name: string): readonly Source[] {
  return sources.flatMap(({ plain, exact }) =>
    isPlainObject(plain) && Object.hasOwn(plain, name) && exact instanceof Map
      ? [{ plain: plain[name], exact: exact.get(name) as unknown }]
      : [],
  );
}

function itemsOf(sources: readonly Source[], index: number): readonly Source[] {
  return sources.flatMap(({ plain, exact }) =>
    Array.isArray(plain) && Array.isArray(exact) && index < plain.length
      ? [{ plain: plain[index] as unknown, exact: exact[index] as unknown }]
      : [],
  );
}

/** The exact form of each scalar of the arrays, wherever in them it stands: a union of lists moves them. */
function scalarsOf(sources: readonly Source[]): ReadonlyMap<unknown, unknown> {
  const scalars = new Map<unknown, unknown>();
  for (const { plain, exact } of sources) {
    if (!Array.isArray(plain) || !Array.isArray(exact)) continue;
    plain.forEach((item: unknown, i) => {
      if (typeof item !== 'object' && !scalars.has(item)) scalars.set(item, exact[i]);
    });
  }
  return scalars;
}
