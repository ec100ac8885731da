import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { billModel } from './scenarios.js';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from './captured-world.js';
import { observe, textOf } from './observation.js';

type Bills = Application['mongoose']['connection']['collection'] extends (name: string) => infer Native
  ? Native
  : never;
interface Way {
  readonly does: string;
  readonly isDelete: boolean;
  run(bills: Bills): Promise<unknown>;
}

const collation = { locale: 'en', strength: 2 };
const TEA = { _id: 'TEA' } as never;
const MILK = { _id: 'milk' } as never;
const replaceOne = (filter: never): object => ({
  replaceOne: { filter, replacement: { total: 2 }, upsert: true, collation },
});

/** Each names by `TEA` the document `tea`. */
const ways: readonly Way[] = [
  { does: 'deletes one', isDelete: true, run: (bills) => bills.deleteOne(TEA, { collation }) },
  { does: 'deletes many', isDelete: true, run: (bills) => bills.deleteMany(TEA, { collation }) },
  { does: 'finds and deletes', isDelete: true, run: (bills) => bills.findOneAndDelete(TEA, { collation }) },
  {
    does: 'deletes in a bulk',
    isDelete: true,
    run: (bills) => bills.bulkWrite([TEA, MILK].map((filter) => ({ deleteOne: { filter, collation } }))),
  },
  {
    does: 'replaces',
    isDelete: false,
    run: (bills) => bills.replaceOne(TEA, { total: 2 }, { collation, upsert: true }),
  },
  {
    does: 'replaces in a bulk',
    isDelete: false,
    run: (bills) => bills.bulkWrite([replaceOne(TEA), replaceOne(MILK)] as never),
  },
];

describe('a call with a collation under which its _id is that of another', () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('standalone');
  });
  afterAll(() => world.stop());
  beforeEach(() => Promise.all([world.captured.empty(), world.plain.empty()]));

  it.each(ways)('$does as without capture', async (way) => {
    const { captured, plain } = world;
    const seenBy = async ({ mongoose }: Application): Promise<string> => {
      const { collection } = billModel(mongoose);
      await collection.insertOne({ _id: 'tea', total: 1 } as never);
      return observe(() => way.run(collection));
    };
    expect(await seenBy(captured)).toBe(await seenBy(plain));
    const contents = (await captured.stored('bills')).map(contentOf);
    expect(textOf(contents)).toBe(textOf(await plain.stored('bills')));
    const tombstones = (await captured.stored('_sync_tombstones')).map(({ _id }) => String(_id));
    expect(tombstones).toEqual(way.isDelete ? [documentKeyOf('bills', 'tea')] : []);
  });
});
