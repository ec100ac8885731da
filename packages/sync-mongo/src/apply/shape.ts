import { type Schema, type SchemaType } from 'mongoose';

/** What a schema says about the fields of one level. */
export interface Shape {
  /** Whether the model can hold a field of this name; what it cannot is none of its business. */
  knows(name: string): boolean;
  /** The level below a field, or below the elements of an array. */
  below(name: string): Shape;
}

/** Names are made up by whoever writes documents: no more of them are remembered. */
const MAX_REMEMBERED = 1_000;

/** Names that Mongoose never takes over, whatever the schema says. */
export const withheld: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Where a schema leaves everything open: Mixed, Map and the like. */
const open: Shape = { knows: (name) => !withheld.has(name), below: () => open };

const shapes = new WeakMap<Schema, Shape>();

/** The shape of a schema; variants of an embedded document count together. */
export function shapeOf(schema: Schema): Shape {
  let shape = shapes.get(schema);
  if (!shape) shapes.set(schema, (shape = makeShape(schema, '')));
  return shape;
}

/** `prefix` deep in nested paths. A document has few names, and the same ones again and again: they are remembered. */
function makeShape(schema: Schema, prefix: string): Shape {
  const schemas = [schema, ...variantsOf(schema)];
  const known = new Map<string, boolean>();
  return {
    knows: (name) => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const isKnown = !withheld.has(name) && schemas.some((each) => knows(each, prefix + name));
      if (known.size < MAX_REMEMBERED) known.set(name, isKnown);
      return isKnown;
    },
    below: (name) => {
      const path = prefix + name;
      const owner = schemas.find((each) => each.pathType(path) !== 'adhocOrUndefined');
      if (!owner) return open;
      if (owner.pathType(path) === 'nested') return makeShape(owner, `${path}.`);
      const { schema: inner }: { readonly schema?: Schema } = owner.path<SchemaType & { schema?: Schema }>(
        path,
      );
      return inner ? shapeOf(inner) : open;
    },
  };
}

function knows(schema: Schema, path: string): boolean {
  if (path.split('.').some((name) => name.startsWith('$') || name === '')) return false;
  const kind = schema.pathType(path);
  if (kind === 'adhocOrUndefined') return Reflect.get(schema.options, 'strict') === false;
  return kind !== 'virtual';
}

function variantsOf(schema: Schema): readonly Schema[] {
  const variants = Reflect.get(schema, 'discriminators') as Readonly<Record<string, Schema>> | undefined;
  return Object.values(variants ?? {});
}
