import { type Schema, type SchemaType } from 'mongoose';
import { schemaOfKind } from './schema-of-kind.js';

/** What a schema says about the fields of one level. */
export interface Shape {
  /** Whether the model can hold a field of this name; what it cannot is none of its business. */
  knows(name: string): boolean;
  /** Whether a field of this name is nothing but a level of its own: any other value there is none that the model reads. */
  nests(name: string): boolean;
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

/** Where a schema leaves everything open: Mixed and the like. */
const open: Shape = openAbove(() => open);

/** A level of any names. */
function openAbove(below: () => Shape): Shape {
  const shape: Shape = { knows: (name) => !withheld.has(name), nests: () => false, below, of: () => shape };
  return shape;
}

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
    nests: (name) => schema.pathType(prefix + name) === 'nested',
    below: (name) => {
      const path = prefix + name;
      const kind = schema.pathType(path);
      if (kind === 'adhocOrUndefined') return open;
      if (kind === 'nested') return makeShape(schema, `${path}.`);
      return shapeWithin(schema.path(path));
    },
    of: (document) => {
      const own = prefix === '' ? schemaOfKind(schema, document) : schema;
      return own === schema ? shape : shapeOf(own);
    },
  };
  return shape;
}

/** The level below a value of that type: that of the innermost documents, whatever lists they are in. */
function shapeWithin(type: SchemaType & { readonly schema?: Schema }): Shape {
  if (type.schema) return shapeOf(type.schema);
  const embedded = type.getEmbeddedSchemaType();
  if (!embedded) return open;
  const within = shapeWithin(embedded);
  return type.instance === 'Map' ? openAbove(() => within) : within;
}

function knows(schema: Schema, path: string): boolean {
  if (path.split('.').some((name) => name.startsWith('$') || name === '')) return false;
  const kind = schema.pathType(path);
  if (kind === 'adhocOrUndefined') return Reflect.get(schema.options, 'strict') === false;
  return kind !== 'virtual';
}
