import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Code, Decimal128 } from 'mongodb';
import { Schema } from 'mongoose';
import { isPlainObject } from '../../../src/bson/is-plain-object.js';
import { toPlainDocument } from '../../../src/conflict/merge-document.js';
import { anyValue, type TwinValue } from '../bson/arbitrary-bson.js';
import { raw, rawDocument, type RawField } from '../bson/raw-bson.js';
import { probeLane } from './probe-lane.js';

const { Mixed } = Schema.Types;

/** A model of which every field takes any value, and whose hooks read and leave all as it is. */
function openSchema(): Schema {
  const row = new Schema({ value: Mixed }, { _id: false });
  const schema = new Schema({ mixed: Mixed, list: [Mixed], inner: { value: Mixed }, rows: [row] });
  schema.pre('save', function () {
    for (const path of ['mixed', 'list', 'inner.value', 'rows']) this.get(path);
  });
  return schema;
}

/**
 * What Mongoose cannot copy: decimals of more than 34 digits, which no arithmetic makes, as it copies a decimal by its text;
 * and fields that shadow what it calls on an object: `constructor.toString`, and methods or `_bsontype` in the scope of a code.
 */
function isBeyondMongoose(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isBeyondMongoose);
  if (value instanceof Code) return namesMethods(value.scope) || isBeyondMongoose(value.scope);
  if (isPlainObject(value)) return shadowsConstructor(value) || Object.values(value).some(isBeyondMongoose);
  return value instanceof Decimal128 && isBeyondText(value);
}

function shadowsConstructor(value: Readonly<Record<string, unknown>>): boolean {
  const constructor = Object.hasOwn(value, 'constructor') ? value['constructor'] : null;
  return isPlainObject(constructor) && Object.hasOwn(constructor, 'toString');
}

function namesMethods(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(namesMethods);
  if (!isPlainObject(value)) return false;
  const isMethod = (name: string): boolean => name === '_bsontype' || name in Object.prototype;
  return Object.entries(value).some(([name, each]) => isMethod(name) || namesMethods(each));
}

function isBeyondText(value: Decimal128): boolean {
  try {
    return Decimal128.fromString(value.toString()).toString() !== value.toString();
  } catch {
    return true;
  }
}

const decoded = (twin: TwinValue): unknown => toPlainDocument(rawDocument([['value', twin.raw]]));
const anyHeld = anyValue.filter((twin) => !isBeyondMongoose(decoded(twin)));

const fieldsOf = (a: TwinValue, b: TwinValue): readonly RawField[] => [
  ['_id', raw.int32(1)],
  ['unknown', a.raw],
  ['mixed', a.raw],
  ['list', raw.array([b.raw, a.raw])],
  ['inner', raw.document([['value', b.raw]])],
  ['rows', raw.array([raw.document([['value', a.raw]])])],
];

describe('a state of any values', () => {
  it.each(['unknown', 'none'] as const)(
    'is the very bytes that came where hooks leave it as it is (what was there before: %s)',
    async (previous) => {
      const { pass } = probeLane(openSchema());
      await fc.assert(
        fc.asyncProperty(anyHeld, anyHeld, async (a, b) => {
          const state = rawDocument(fieldsOf(a, b));
          const result = await pass(state, { previous });
          expect(result instanceof Uint8Array ? hexOf(result) : result).toBe(hexOf(state));
        }),
        { numRuns: 300 },
      );
    },
  );

  it('is the very bytes that came where hooks leave alone what a foreign hand has changed', async () => {
    const { pass } = probeLane(openSchema());
    await fc.assert(
      fc.asyncProperty(anyHeld, anyHeld, anyHeld, async (a, b, c) => {
        const [before, state] = [rawDocument(fieldsOf(a, b)), rawDocument(fieldsOf(c, b))];
        const result = await pass(state, { previous: before });
        expect(result instanceof Uint8Array ? hexOf(result) : result).toBe(hexOf(state));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a value that Mongoose cannot copy', () => {
  it('is refused, and its state waits as it came', async () => {
    const { pass } = probeLane(openSchema());
    const beyond = raw.decimal(Uint8Array.from([1, ...new Uint8Array(13), 0xfc, 0xeb]));
    const state = rawDocument([
      ['_id', raw.int32(1)],
      ['mixed', raw.document([['', raw.array([raw.array([beyond])])]])],
    ]);
    expect(await pass(state, { previous: 'none' })).toMatchObject({ code: 'SYNC_APPLY_HOOK_FAILED' });
  });
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
