import { isDeepStrictEqual } from 'node:util';
import { type Schema, type SchemaType } from 'mongoose';

/** What a schema says about the fields of one level. */
export interface Shape {
  /** Whether the model can hold a field of this name; what it cannot is none of its business. */
  knows(name: string): boolean;
  /** The level below a field, or below the elements of an array. */
  below(name: string): Shape;
  /**
   * What it says of this very document: of one with a discriminator key, what the schema of that kind says. A kind that is
   * not known here has the fields that all have; what others call by the same name is none of its business.
   */
  of(document: Readonly<Record<string, unknown>>): Shape;
}

/** Names are made up by whoever writes documents: no more of them are remembered. */
const MAX_REMEMBERED = 1_000;

/** Names that Mongoose never takes over, whatever the schema says. */
export const withheld: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Where a schema leaves everything open: Mixed, Map and the like. */
const open: Shape = { knows: (name) => !withheld.has(name), below: () => open, of: () => open };

const shapes = new WeakMap<Schema, Shape>();

/** The shape of a schema. */
export function shapeOf(schema: Schema): Shape {
  let shape = shapes.get(schema);
  if (!shape) shapes.set(schema, (shape = makeShape(schema, '')));
  return shape;
}

/** `prefix` deep in nested paths. A document has few names, and the same ones again and again: they are remembered. */
function makeShape(schema: Schema, prefix: string): Shape {
  const known = new Map<string, boolean>();
  const shape: Shape = {
    knows: (name) => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const isKnown = !withheld.has(name) && knows(schema, prefix + name);
      if (known.size < MAX_REMEMBERED) known.set(name, isKnown);
      return isKnown;
    },
    below: (name) => {
      const path = prefix + name;
      const kind = schema.pathType(path);
      if (kind === 'adhocOrUndefined') return open;
      if (kind === 'nested') return makeShape(schema, `${path}.`);
      const { schema: inner } = schema.path<SchemaType & { readonly schema?: Schema }>(path);
      return inner ? shapeOf(inner) : open;
    },
    of: (document) => {
      const variant = prefix === '' ? variantFor(schema, document) : undefined;
      return variant ? shapeOf(variant) : shape;
    },
  };
  return shape;
}

function knows(schema: Schema, path: string): boolean {
  if (path.split('.').some((name) => name.startsWith('$') || name === '')) return false;
  const kind = schema.pathType(path);
  if (kind === 'adhocOrUndefined') return Reflect.get(schema.options, 'strict') === false;
  return kind !== 'virtual';
}

/** Mongoose finds a kind by what stands in the documents, which may be another word than its name. */
interface Kind {
  readonly key: string;
  readonly value: unknown;
}

function variantFor(schema: Schema, document: Readonly<Record<string, unknown>>): Schema | undefined {
  const variants = Reflect.get(schema, 'discriminators') as Readonly<Record<string, Schema>> | undefined;
  return Object.values(variants ?? {}).find((variant) => {
    const kind = Reflect.get(variant, 'discriminatorMapping') as Kind | undefined;
    return kind !== undefined && isDeepStrictEqual(document[kind.key], kind.value);
  });
}
