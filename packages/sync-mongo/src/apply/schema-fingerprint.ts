import { type Schema, type SchemaType } from 'mongoose';
import { sha256 } from '../system/sha256.js';
import { isPlainObject } from '../bson/is-plain-object.js';

const LENGTH = 16;
/** Deeper than any definition goes; what refers to itself ends here. */
const MAX_DEPTH = 8;

/**
 * Names the rules of a schema: another name means that what was refused may pass now. It is made of the types, options
 * and validators of all paths and of the hooks that run, functions by their text: the same over restarts.
 */
export function schemaFingerprint(schema: Schema): string {
  return sha256(Buffer.from(describeSchema(schema, 0))).slice(0, LENGTH);
}

function describeSchema(schema: Schema, depth: number): string {
  if (depth > MAX_DEPTH) return '…';
  const paths = Object.entries(schema.paths)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, type]) => `${path}:${describeType(type, depth)}`);
  const variants = describe(Reflect.get(schema, 'discriminators'), depth + 1);
  const strict = String(Reflect.get(schema.options, 'strict'));
  return `{${paths.join()};${strict};${variants};${describeHooks(schema)}}`;
}

/** What an option said is in the path as well; what came later, by `schema.path(…).min(…)` and the like, is there alone. */
function describeType(type: SchemaType & { readonly schema?: Schema }, depth: number): string {
  if (depth > MAX_DEPTH) return '…';
  const inner = type.schema ? describeSchema(type.schema, depth + 1) : '';
  const { type: _type, ref: _ref, ...options } = type.options as Readonly<Record<string, unknown>>;
  const later = ruleNames.map((name) => describe(Reflect.get(type, name), depth + 1));
  const item = type.getEmbeddedSchemaType();
  const ofItems = item ? describeType(item, depth + 1) : ''; // of a list or a map
  return `${type.instance}${describe(options, depth + 1)}${later.join(';')}${inner}[${ofItems}]`;
}

/** Where a path keeps what decides whether a value passes, and what becomes of it. */
const ruleNames = ['validators', 'originalRequiredValue', 'defaultValue', 'setters', 'getters'] as const;

/** Where Mongoose keeps its hooks is not documented: without them the rules of the paths are left. */
function describeHooks(schema: Schema): string {
  const internals = Reflect.get(schema, 's') as { readonly hooks?: object } | undefined;
  const before: unknown = Reflect.get(internals?.hooks ?? {}, '_pres');
  if (!(before instanceof Map)) return '';
  return ['validate', 'save'].map((name) => describe(before.get(name), 0)).join();
}

function describe(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) return '…';
  if (isSchema(value)) return describeSchema(value, depth);
  if (value instanceof Map) return describe([...value], depth + 1);
  if (Array.isArray(value)) return `[${value.map((item) => describe(item, depth + 1)).join()}]`;
  if (isPlainObject(value)) {
    return describe(
      Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      depth + 1,
    );
  }
  return String(value);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && 'pathType' in value && 'paths' in value;
}
