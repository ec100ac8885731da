import { type Schema, type SchemaType } from 'mongoose';

/** What a schema says about the fields of one level. */
export interface Shape {
  /** Whether the model can hold a field of this name; what it cannot is none of its business. */
  knows(name: string): boolean;
  /** The level below a field, or below the elements of an array. */
  below(name: string): Shape;
}

/** Where a schema leaves everything open: Mixed, Map and the like. */
const open: Shape = { knows: () => true, below: () => open };

/** Names that Mongoose never takes over, whatever the schema says. */
const withheld: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The shape of a schema, `prefix` deep in its nested paths; variants of an embedded document count together. */
export function shapeOf(schema: Schema, prefix = ''): Shape {
  const schemas = [schema, ...variantsOf(schema)];
  return {
    knows: (name) => !withheld.has(name) && schemas.some((each) => knows(each, prefix + name)),
    below: (name) => {
      const path = prefix + name;
      const owner = schemas.find((each) => each.pathType(path) !== 'adhocOrUndefined');
      if (!owner) return open;
      if (owner.pathType(path) === 'nested') return shapeOf(owner, `${path}.`);
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
