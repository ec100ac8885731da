import { describe, expect, it } from '@jest/globals';
import { Schema } from 'mongoose';
import { schemaFingerprint } from '../../../src/apply/schema-fingerprint.js';

interface Rules {
  readonly enums?: readonly string[];
  readonly max?: number;
  readonly lineMin?: number;
  readonly isTolerant?: boolean;
  readonly more?: object;
}

/** A schema made anew, as at each start of a server. */
function schemaOf({
  enums = ['open'],
  max = 5,
  lineMin = 0,
  isTolerant = false,
  more = {},
}: Rules = {}): Schema {
  const schema = new Schema({
    ...{
      status: { type: String, enum: [...enums] },
      total: { type: Number, max },
      number: { type: String, match: /^A/ },
    },
    ...{
      lines: [new Schema({ price: { type: Number, min: lineMin } })],
      at: { type: Date, default: () => new Date() },
    },
    ...more,
  });
  if (isTolerant) schema.pre('validate', () => undefined);
  else schema.pre('validate', () => true);
  return schema;
}

const all = new Set<string>();

describe('the name of the rules of a schema', () => {
  it('is the same for a schema that is made anew, and however its fields are ordered', () => {
    expect(schemaFingerprint(schemaOf())).toBe(schemaFingerprint(schemaOf()));
    const [ab, ba] = [
      { a: String, b: Number },
      { b: Number, a: String },
    ].map((fields) => new Schema(fields));
    expect(ab && schemaFingerprint(ab)).toBe(ba && schemaFingerprint(ba));
  });

  it.each<[string, Rules]>([
    ['an allowed value', { enums: ['open', 'paid'] }],
    ['a bound', { max: 6 }],
    ['a bound of a sub-document', { lineMin: 1 }],
    ['a hook', { isTolerant: true }],
    ['a field', { more: { note: String } }],
    ['a validator', { more: { number: { type: String, match: /^B/ } } }],
  ])('is another one where %s is another', (_what, rules) => {
    expect(schemaFingerprint(schemaOf(rules))).not.toBe(schemaFingerprint(schemaOf()));
  });

  it.each<[string, path: string, method: string, ...args: readonly unknown[]]>([
    ['a validator', 'total', 'validate', (value: number) => value !== 4],
    ['a validator of other text', 'total', 'validate', (value: number) => value !== 3],
    ['that it is required', 'status', 'required', true],
    ['when it is required', 'status', 'required', () => 'always'],
    ['a bound', 'total', 'min', 1],
    ['another bound', 'total', 'min', 2],
    ['a pattern', 'number', 'match', /^B/],
    ['a setter', 'number', 'set', (value: string) => value.trim()],
    ['a default', 'number', 'default', 'A1'],
    ['a rule of a sub-document', 'lines.price', 'required', true],
    ['a rule of the items of a list', 'tags.$', 'validate', () => true],
  ])('is another one where it was added after the definition: %s', (_what, path, method, ...args) => {
    const names = [0, 1].map(() => {
      const schema = schemaOf({ more: { tags: [String] } });
      const type = schema.path(path);
      Reflect.apply(Reflect.get(type, method) as (...args: unknown[]) => unknown, type, args);
      return schemaFingerprint(schema);
    });
    expect(new Set(names).size).toBe(1);
    expect(names[0]).not.toBe(schemaFingerprint(schemaOf({ more: { tags: [String] } })));
    all.add(names[0] ?? '');
  });

  it('tells rules apart that were added after the definition', () => {
    expect(all.size).toBe(11);
  });

  it.each<[string, object, object]>([
    ['a list', { v: [{ type: Number, min: 1 }] }, { v: [{ type: Number, min: 2 }] }],
    [
      'a map',
      { v: { type: Map, of: { type: Number, min: 1 } } },
      { v: { type: Map, of: { type: Number, min: 2 } } },
    ],
  ])('is another one where the rule of what is in %s is', (_what, one, other) => {
    expect(schemaFingerprint(schemaOf({ more: one }))).not.toBe(schemaFingerprint(schemaOf({ more: other })));
  });
});
