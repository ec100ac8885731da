import { type Schema, type SchemaType } from 'mongoose';
import { isPlainObject } from '../bson/is-plain-object.js';
import { schemaOfKind } from './schema-of-kind.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Fields as a hand stored them, for a model to take over: one that is named as a virtual is none of its fields, and must
 * not run the virtual's setter; on any level. Nor are those handed to a schema that throws at names it does not know.
 */
export function withoutVirtuals(base: Schema, fields: Fields, prefix = ''): Fields {
  const schema = prefix === '' ? schemaOfKind(base, fields) : base;
  const throws = Reflect.get(schema.options, 'strict') === 'throw';
  const kept = Object.entries(fields).flatMap(([name, value]) => {
    const path = prefix + name;
    const kind = schema.pathType(path);
    if (kind === 'virtual' || (throws && kind === 'adhocOrUndefined')) return [];
    return [[name, valueWithoutVirtuals(schema, path, value)] as const];
  });
  return Object.fromEntries(kept);
}

/** The value of one path, which may hold sub-documents, in lists and maps of any depth. */
export function valueWithoutVirtuals(schema: Schema, path: string, value: unknown): unknown {
  if (schema.pathType(path) !== 'nested') return clean(schema.path(path), value);
  return isPlainObject(value) ? withoutVirtuals(schema, value, `${path}.`) : value;
}

function clean(type: (SchemaType & { readonly schema?: Schema }) | undefined, value: unknown): unknown {
  if (!type) return value;
  const { schema } = type;
  const cleanOne = (each: unknown): unknown => {
    if (!schema) return clean(type.getEmbeddedSchemaType(), each);
    return isPlainObject(each) ? withoutVirtuals(schema, each) : each;
  };
  if (Array.isArray(value)) return value.map(cleanOne);
  if (type.instance !== 'Map') return cleanOne(value);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cleanOne(each)]));
}
