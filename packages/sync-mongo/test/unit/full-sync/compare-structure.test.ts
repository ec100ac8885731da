import { describe, expect, it } from '@jest/globals';
import { type Db, type Document, MongoServerError } from 'mongodb';
import { compareStructure, type StructureDifferences } from '../../../src/full-sync/compare-structure.js';

interface Shown {
  readonly options?: Document;
  readonly indexes?: readonly Document[];
}

/** A database as its server shows it. */
function dbOf({ options = {}, indexes = [] }: Shown): Db {
  const shown = (found: readonly Document[]): unknown => ({ toArray: async () => found });
  return {
    listCollections: () => shown([{ options }]),
    collection: () => ({ listIndexes: () => shown(indexes) }),
  } as unknown as Db;
}

async function compare(local: Shown, atlas: Shown): Promise<Partial<StructureDifferences>> {
  const sides = { local: dbOf(local), atlas: dbOf(atlas) };
  return (await compareStructure(sides, { collection: 'items', indexes: 'unique' })) ?? {};
}

const code = { name: 'code', key: { code: 1 }, unique: true };
const collation = { locale: 'en', strength: 2 };

describe('the structure of a collection', () => {
  it.each<[string, Document]>([
    ['sparse', { sparse: true }],
    ['of another collation', { collation }],
    ['partial', { partialFilterExpression: { code: { $gt: 1 } } }],
    ['partial by another pattern', { partialFilterExpression: { code: /^b/ } }],
  ])('differs where an index is %s on one side only', async (_, made) => {
    const there = { ...code, partialFilterExpression: { code: /^a/ } };
    const plain = made['partialFilterExpression'] ? there : code;
    const { indexes } = await compare({ indexes: [{ ...code, ...made }] }, { indexes: [plain] });
    expect(indexes).toEqual([
      { fields: ['code'], isUnique: true, missingOn: 'atlas' },
      { fields: ['code'], isUnique: true, missingOn: 'local' },
    ]);
  });

  it('is the same where both servers show the same', async () => {
    const shown: Shown = {
      options: { validator: { code: /^a/i }, collation },
      indexes: [{ ...code, sparse: true, collation, partialFilterExpression: { code: /^a/ } }],
    };
    expect(await compare(shown, structuredClone(shown))).toEqual({ indexes: [], options: [] });
  });

  it.each<[Document, Document]>([
    [{ validator: { code: /a/ } }, { validator: { code: /b/ } }],
    [{ validator: { code: /a/ } }, { validator: { code: /a/i } }],
    [{ validator: { at: new Date(0) } }, { validator: { at: new Date(0).toJSON() } }],
    [{}, { collation }],
  ])('has the options %o and %o as different', async (local, atlas) => {
    const { options } = await compare({ options: local }, { options: atlas });
    expect(options).toEqual(Object.keys(atlas));
  });

  it.each(['local', 'atlas'] as const)('is not known where the user of %s may not list it', async (side) => {
    const forbidden = {
      listCollections: () => ({
        toArray: () => Promise.reject(new MongoServerError({ message: 'not authorized', code: 13 })),
      }),
    } as unknown as Db;
    const sides = { local: dbOf({}), atlas: dbOf({}), [side]: forbidden };
    expect(await compareStructure(sides, { collection: 'items', indexes: 'unique' })).toBeNull();
  });
});
