import { type Schema, type SchemaType } from 'mongoose';
import { isPlainObject } from '../bson/is-plain-object.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Fields as a hand stored them, for a model to take over: one that is named as a virtual is none of its fields, and must
 * not run the virtual's setter; on any level.
 */
export function withoutVirtuals(schema: Schema, fields: Fields, prefix = ''): Fields {
  const kept = Object.entries(fields).flatMap(([name, value]) => {
    const path = prefix + name;
    const kind = schema.pathType(path);
    if (kind === 'virtual') return [];
    if (kind === 'nested' && isPlainObject(value))
      return [[name, withoutVirtuals(schema, value, `${path}.`)] as const];
    return [[name, valueWithoutVirtuals(schema, path, value)] as const];
  });
  return Object.fromEntries(kept);
}

/** The value of one path, which may hold sub-documents. */
export function valueWithoutVirtuals(schema: Schema, path: string, value: unknown): unknown {
  const type = schema.path(path) as (SchemaType & { readonly schema?: Schema }) | undefined;
  const inner = type?.schema;
  if (!inner) return value;
  const clean = (each: unknown): unknown => (isPlainObject(each) ? withoutVirtuals(inner, each) : each);
  return Array.isArray(value) ? value.map(clean) : clean(value);
}
