import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import { Schema } from 'mongoose';
import { RemoteApply } from '../../../src/apply/remote-apply.js';
import { bytes, probeLane, read } from './probe-lane.js';

const { Double, Int32, Long } = BSON;

/** A hash that tells how often it was made. */
const hash = (text: string): string => `#${text}`;

function userSchema(): Schema {
  const schema = new Schema({ name: String, email: { type: String, lowercase: true }, password: String });
  schema.pre('save', function () {
    if (this.isModified('password')) this.set('password', hash(String(this.get('password'))));
  });
  return schema;
}

function billSchema(): Schema {
  const line = new Schema({ price: { type: Number, min: 0 }, note: String }, { _id: false });
  const schema = new Schema(
    { lines: { type: [line], default: [] }, total: Number, status: { type: String, enum: ['open', 'paid'] } },
    { timestamps: true },
  );
  schema.pre('save', function () {
    const lines = this.get('lines') as readonly { readonly price: number }[];
    this.set(
      'total',
      lines.reduce((sum, { price }) => sum + price, 0),
    );
  });
  return schema;
}

describe('a state that passes its model', () => {
  it('is the very bytes that came, where the logic leaves it as it is', async () => {
    const { pass } = probeLane(billSchema());
    const state = bytes({
      _id: 1,
      total: new Double(3),
      lines: [{ price: new Long(3n) }],
      extra: new Int32(1),
    });
    expect(await pass(state)).toBe(state);
    expect(await pass(state, { previous: bytes({ _id: 1, lines: [] }) })).toBe(state);
  });

  it('gets what the hooks compute, and keeps all else bit for bit', async () => {
    const { pass } = probeLane(billSchema());
    const old = { _id: 1, extra: { a: new Double(1) }, lines: [{ price: 1, mark: new Long(7n) }], total: 1 };
    const edited = { ...old, lines: [...old.lines, { price: new Double(2), color: 'red' }] };
    const result = await pass(edited, { previous: bytes(old) });
    expect(Buffer.from(result as Uint8Array)).toEqual(Buffer.from(bytes({ ...edited, total: 3 })));
  });

  it('keeps the times it came with', async () => {
    const { pass } = probeLane(billSchema());
    const [createdAt, updatedAt] = [new Date(1), new Date(2)];
    const state = { _id: 1, lines: [{ price: 4 }], createdAt, updatedAt };
    expect(read(await pass(state, { previous: 'none' }))).toEqual({ ...state, total: 4 });
    const without = { _id: 1, lines: [] };
    expect(read(await pass(without, { previous: 'none' }))).toEqual({ ...without, total: 0 });
  });

  it('is cast to the types of the schema, with its setters and defaults, where a hand wrote it anew', async () => {
    const schema = new Schema({
      count: Number,
      email: { type: String, lowercase: true },
      role: { type: String, default: 'cook' },
    });
    const { pass } = probeLane(schema);
    const result = read(await pass({ _id: 1, count: '5', email: 'A@B.C', other: 1 }, { previous: 'none' }));
    expect(result).toEqual({ _id: 1, count: 5, email: 'a@b.c', other: 1, role: 'cook' });
  });

  it('is refused with the names of the paths, and none of its values, where it is not valid', async () => {
    const { pass } = probeLane(billSchema());
    const state = { _id: 1, status: 'secret', lines: [{ price: -5 }] };
    for (const logic of ['check', 'run'] as const) {
      const refusal = await pass(state, { logic });
      expect(refusal).toMatchObject({ refused: true, code: 'SYNC_WRITE_VALIDATION' });
      expect(refusal).toMatchObject({ reason: expect.stringContaining('status (enum)') as unknown });
      expect(refusal).toMatchObject({ reason: expect.not.stringContaining('secret') as unknown });
    }
  });

  it('is refused where its fields cannot be cast', async () => {
    const { pass } = probeLane(billSchema());
    expect(await pass({ _id: 1, total: 'many' }, { logic: 'check' })).toMatchObject({
      code: 'SYNC_WRITE_VALIDATION',
      reason: expect.stringContaining('total') as unknown,
    });
  });

  it('is refused with the error of a hook that throws', async () => {
    const schema = new Schema({ name: String });
    schema.pre('save', () => {
      throw new RangeError('out of stock');
    });
    expect(await probeLane(schema).pass({ _id: 1 })).toMatchObject({
      code: 'SYNC_APPLY_HOOK_FAILED',
      reason: 'RangeError: out of stock',
    });
  });

  it('is only validated where it comes from an instance', async () => {
    const state = bytes({ _id: 1, lines: [{ price: 4 }], total: 99 });
    expect(await probeLane(billSchema()).pass(state, { logic: 'check' })).toBe(state);
  });
});

describe('isModified', () => {
  const seen = async (previous: object | 'none' | 'unknown', state: object): Promise<readonly string[]> => {
    const runs: string[][] = [];
    const part = new Schema({ city: String, street: String }, { _id: false });
    const item = new Schema({ _id: Number, size: Number, tag: String });
    const schema = new Schema({
      ...{ name: String, count: Number, home: { city: String, street: String }, work: part, items: [item] },
      ...{ tags: [String], born: { type: Date, immutable: true } },
    });
    const paths =
      'name count home.city home.street work.city work.street tags born items.0.size items.1.size';
    schema.pre('save', function () {
      runs.push(paths.split(' ').filter((path) => this.isModified(path)));
    });
    const before = typeof previous === 'string' ? previous : bytes({ _id: 1, ...previous });
    read(await probeLane(schema).pass({ _id: 1, ...state }, { previous: before }));
    return runs[0] ?? []; // a second run would be the probe
  };

  const old = {
    ...{
      name: 'a',
      count: 1,
      home: { city: 'x', street: 'y' },
      work: { city: 'x', street: 'y' },
      tags: ['a'],
    },
    ...{
      items: [
        { _id: 1, size: 1 },
        { _id: 2, size: 1 },
      ],
    },
  };

  it.each([
    ['a field', { name: 'b' }, ['name']],
    ['a field that is gone', { count: undefined }, ['count']],
    ['a nested field', { home: { city: 'z', street: 'y' } }, ['home.city']],
    ['a field of a sub-document', { work: { city: 'x', street: 'z' } }, ['work.street']],
    ['an array', { tags: ['a', 'b'] }, ['tags']],
    ['an immutable field', { born: new Date(1) }, ['born']],
    ['an element of a document array', { items: [old.items[0], { _id: 2, size: 5 }] }, ['items.1.size']],
    ['an unknown field', { other: 1 }, []],
  ])('tells of %s that was changed, and of nothing else', async (_what, change, expected) => {
    expect(await seen(old, { ...old, ...change })).toEqual(expected);
  });

  it('tells of nothing where nobody can say what was changed', async () => {
    expect(await seen('unknown', old)).toEqual([]);
  });

  it('tells of all fields of a document that is new', async () => {
    expect(await seen('none', { name: 'a', tags: ['b'] })).toEqual(['name', 'tags']);
  });
});

describe('a password', () => {
  it('is hashed once where a foreign hand changed it, and never again', async () => {
    const { pass } = probeLane(userSchema());
    const before = bytes({ _id: 1, name: 'a', password: '#old' });
    const hashed = await pass({ _id: 1, name: 'a', password: 'new' }, { previous: before });
    expect(read(hashed)).toMatchObject({ password: '#new' });
    const renamed = { ...read(hashed), name: 'b' };
    expect(read(await pass(renamed, { previous: hashed as Uint8Array }))).toEqual(renamed);
    expect(read(await pass(renamed))).toEqual(renamed);
  });

  it('is left alone by a hook that would hash it each time: such a model is only validated, and that is said once', async () => {
    const schema = new Schema({ password: String });
    schema.pre('save', function () {
      this.set('password', hash(String(this.get('password'))));
    });
    const { pass, warnings } = probeLane(schema);
    const state = bytes({ _id: 1, password: 'new' });
    expect(await pass(state, { previous: 'none' })).toBe(state);
    expect(await pass(state, { previous: 'none' })).toBe(state);
    expect(warnings).toHaveLength(1);
  });

  it('is left alone by a hook that asks isModified, where other branches run it again on a change', async () => {
    const { pass, warnings } = probeLane(userSchema());
    const state = bytes({ _id: 1, password: 'new' });
    expect(await pass(state, { previous: bytes({ _id: 1, password: '#a' }), isRepeated: true })).toBe(state);
    expect(warnings).toHaveLength(1);
  });
});

describe('isRemoteApply', () => {
  it('is true in hooks and validators of what is applied, and in what they await, and nowhere else', async () => {
    const remoteApply = new RemoteApply();
    const seen: string[] = [];
    const note = (where: string): boolean => seen.push(`${where} ${remoteApply.isActive}`) > 0;
    const schema = new Schema({ name: { type: String, validate: () => note('validator') } });
    schema.pre('validate', () => void note('validate'));
    schema.pre('save', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      note('save');
    });
    read(await probeLane(schema, { remoteApply }).pass({ _id: 1, name: 'a' }));
    expect(seen).toEqual(['validate true', 'validator true', 'save true']);
    expect(remoteApply.isActive).toBe(false);
  });
});
