import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import {
  type Application,
  type CapturedWorld,
  contentOf,
  dirtyOf,
  openCapturedWorld,
} from './captured-world.js';
import { observe, textOf } from './observation.js';
import { billModel, idOf, type Scenario, seedBills, seeds } from './scenarios.js';

const WITHOUT_WAITING = { writeConcern: { w: 0 } } as const;
const deleteOne = (n: number): object => ({ deleteOne: { filter: { _id: idOf(n) } } });
const refused = { updateOne: { filter: { _id: idOf(2) }, update: { $nonsense: { a: 1 } } } };
const unknown = { replaceOne: { filter: { _id: idOf(2) }, replacement: { number: 'R', $b: 1 } } };

const scenarios: readonly Scenario[] = [
  ...[refused, unknown].flatMap((operation) =>
    [true, false].map((ordered) => ({
      does: `writes a bulk, ordered: ${ordered}, of which the server refuses ${JSON.stringify(operation)}`,
      run: ({ collection }: Parameters<Scenario['run']>[0]) =>
        collection.bulkWrite([deleteOne(1), operation, deleteOne(3)] as never, { ordered }),
    })),
  ),
  {
    does: 'writes a bulk without an order, deleting what it inserts',
    run: ({ collection }) =>
      collection.bulkWrite(
        [deleteOne(1), { insertOne: { document: { _id: idOf(9) } } }, deleteOne(9)] as never,
        {
          ordered: false,
        },
      ),
  },
  {
    does: 'finds and deletes without waiting',
    run: async ({ collection }) => collection.findOneAndDelete({ _id: idOf(1) }, WITHOUT_WAITING),
  },
  {
    does: 'finds and replaces without waiting',
    run: ({ collection }) => collection.findOneAndReplace({ _id: idOf(1) }, { number: 'R' }, WITHOUT_WAITING),
  },
  {
    does: 'replaces without waiting',
    run: ({ collection }) => collection.replaceOne({ _id: idOf(1) }, { number: 'R' }, WITHOUT_WAITING),
  },
  {
    does: 'deletes without waiting',
    run: ({ collection }) => collection.deleteOne({ _id: idOf(1) }, WITHOUT_WAITING),
  },
  {
    does: 'projects with a cursor',
    run: ({ collection }) => collection.find().sort({ _id: 1 }).project({ total: 0 }).toArray(),
  },
  {
    does: 'projects with the clone of a cursor',
    run: ({ collection }) => collection.find().sort({ _id: 1 }).clone().project({ lines: 0 }).toArray(),
  },
];

describe('a collection, with capture as without', () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('standalone');
  });
  afterAll(() => world.stop());
  beforeEach(() => seedBills(world));

  it.each(scenarios)('$does', async (scenario) => {
    const { captured, plain } = world;
    const seenBy = ({ mongoose }: Application): Promise<string> =>
      observe(() => scenario.run(billModel(mongoose), mongoose));
    expect(await seenBy(captured)).toBe(await seenBy(plain));
    // A later command on the same connection: what nobody waited for is done then.
    for (const { mongoose } of [captured, plain]) await billModel(mongoose).countDocuments();
    const left = await captured.stored('bills');
    expect(textOf(left.map(contentOf))).toBe(textOf(await plain.stored('bills')));
    expect(left.map(dirtyOf)).not.toContain(undefined);
    const isLeft = new Set(left.map(({ _id }) => documentKeyOf('bills', _id)));
    const gone = seeds()
      .map(({ _id }) => documentKeyOf('bills', _id))
      .filter((key) => !isLeft.has(key));
    const tombstones = (await captured.stored('_sync_tombstones')).map(({ _id }) => String(_id));
    expect(tombstones).toEqual(expect.arrayContaining(gone));
  });
});
