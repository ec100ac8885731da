import { describe, expect, it } from '@jest/globals';
import { BSON, type Document } from 'mongodb';
import { Schema } from 'mongoose';
import fc from 'fast-check';
import { bytes, probeLane, read } from './probe-lane.js';

const { Double, Int32, Long, ObjectId } = BSON;
const { numRuns = 100 } = fc.readConfigureGlobal();

const exact = (result: unknown): string => Buffer.from(result as Uint8Array).toString('hex');

/** A model that knows one field on each level, of every way to have levels. Its hook changes nothing. */
function knowingN(strict: boolean | 'throw' = true): Schema {
  const options = { strict, _id: false };
  const inner = new Schema({ n: Number }, options);
  const named = new Schema({ n: Number }, { strict });
  const schema = new Schema(
    {
      n: Number,
      nested: { n: Number, deep: { n: Number } },
      one: inner,
      many: { type: [inner], default: undefined },
      named: { type: [named], default: undefined },
      lists: { type: [[inner]], default: undefined },
      map: { type: Map, of: inner },
    },
    { strict },
  );
  schema.pre('save', () => undefined);
  return schema;
}

const ids = Array.from({ length: 4 }, () => new ObjectId());
const unknown = fc.constantFrom(new Int32(1), new Double(1), new Long(7), 'x', null, { y: new Double(2) });
const level = fc.record({ n: fc.integer({ min: 0, max: 2 }), x: unknown }, { requiredKeys: [] });
const named = fc
  .subarray(ids)
  .chain((some) =>
    fc.tuple(...some.map(() => level)).map((levels) => levels.map((each, i) => ({ _id: some[i], ...each }))),
  );
const fields = fc.record(
  {
    n: fc.integer({ min: 0, max: 2 }),
    x: unknown,
    nested: fc.tuple(level, level).map(([above, deep]) => ({ ...above, n: 1, deep: { n: 1, ...deep } })),
    one: level.map((each) => ({ n: 1, ...each })),
    many: fc.array(level, { maxLength: 3 }),
    named,
    lists: fc.array(fc.array(level, { maxLength: 2 }), { maxLength: 2 }),
    map: fc.dictionary(fc.constantFrom('a', 'b'), level, { noNullPrototype: true }),
  },
  { requiredKeys: [] },
);

describe('what a schema does not know', () => {
  it.each([true, 'throw'] as const)(
    'stays bit for bit on every level, whatever was there before and is edited with it (strict: %s)',
    async (strict) => {
      const { pass } = probeLane(knowingN(strict));
      await fc.assert(
        fc.asyncProperty(fields, fields, async (before, after) => {
          const state = bytes({ _id: 1, ...after });
          for (const previous of ['none', 'unknown', bytes({ _id: 1, ...before })] as const)
            expect(exact(await pass(state, { previous }))).toBe(exact(state));
        }),
        { numRuns },
      );
    },
  );

  /** What logic makes of rows without ids, by what it leaves of them. */
  async function rowsAfter(logic: (rows: { n: number }[]) => unknown, rows: Document[]): Promise<unknown> {
    const schema = new Schema({ rows: [new Schema({ n: Number }, { _id: false })] });
    schema.pre('save', function () {
      logic(this.get('rows') as { n: number }[]);
    });
    const { pass } = probeLane(schema);
    return read(await pass({ _id: 1, rows }, { previous: 'none' }))['rows'];
  }

  it('stays with its element where logic takes others out, or puts some in', async () => {
    const rows = [1, 2, 3].map((n) => ({ n, x: `of ${n}` }));
    const [first, second, third] = rows;
    expect(await rowsAfter((list) => list.length === 3 && list.splice(0, 1), rows)).toEqual([second, third]);
    const withNew = await rowsAfter((list) => list.length === 3 && list.unshift({ n: 0 }), rows);
    expect(withNew).toEqual([{ n: 0 }, first, second, third]);
  });

  it('stays with its element where logic puts them into another order', async () => {
    const rows = [3, 1, 2].map((n) => ({ n: new Double(n), x: `of ${n}` }));
    const sorted = await rowsAfter((list) => list.sort((a, b) => a.n - b.n), rows);
    expect(sorted).toEqual([1, 2, 3].map((n) => ({ n, x: `of ${n}` })));
  });

  it('stays with its element where logic changes what the schema knows of it', async () => {
    const rows = [1, 2].map((n) => ({ n, x: `of ${n}` }));
    const changed = await rowsAfter((list) => {
      for (const row of list) row.n = Math.max(row.n, 10);
      if (list.length === 2) list.push({ n: 99 });
    }, rows);
    expect(changed).toEqual([{ n: 10, x: 'of 1' }, { n: 10, x: 'of 2' }, { n: 99 }]);
  });

  it('stays where Mongoose gives an element the _id that it lacked', async () => {
    const schema = new Schema({ rows: [new Schema({ n: Number })], count: Number });
    schema.pre('save', function () {
      this.set('count', (this.get('rows') as unknown[]).length);
    });
    const { pass } = probeLane(schema);
    const result = await pass({ _id: 1, rows: [{ n: new Double(1), x: new Long(7) }] }, { previous: 'none' });
    const [row] = BSON.deserialize(result as Uint8Array, { promoteValues: false })['rows'] as Document[];
    expect(row).toMatchObject({ n: new Double(1), x: new Long(7), _id: expect.any(ObjectId) as unknown });
  });

  it('stays where a level of the schema holds something that is none', async () => {
    const schema = new Schema({ nested: { n: Number }, count: Number });
    schema.pre('save', function () {
      this.set('count', 1);
    });
    const { pass } = probeLane(schema);
    for (const previous of ['none', 'unknown'] as const)
      expect(read(await pass({ _id: 1, nested: 5 }, { previous }))).toEqual({ _id: 1, nested: 5, count: 1 });
  });
});
