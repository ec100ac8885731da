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
});
