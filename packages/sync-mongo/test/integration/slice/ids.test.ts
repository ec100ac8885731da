import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { Binary, Code, Decimal128, type Document, Double, Long, ObjectId } from 'mongodb';
import { storedBytes } from './stored-bytes.js';
import { startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;

beforeAll(async () => {
  world = await startTwoBranches();
  for (const branch of [world.a, world.b]) await (await branch.open()).sync.start();
});
afterAll(async () => world.stop());

const ids: readonly unknown[] = [
  ...[7, new Double(0.25), Long.fromString('9007199254740993'), Decimal128.fromString('1.50')],
  ...['text', new ObjectId(), new Binary(Buffer.from('bytes'), 4), new Date(5), true, null],
  ...[
    new Map<string, unknown>([
      ['b', 1],
      ['a', { c: 'x' }],
    ]),
    new Map<string, unknown>([
      ['b', 1],
      ['10', { 2: 'x' }],
      [
        '9',
        new Map([
          ['z', 1],
          ['1', 2],
        ]),
      ],
    ]),
    new Code('rare'),
  ],
];

describe('documents whose _ids are of any type', () => {
  it('arrive on all branches byte for byte, are changed, and go', async () => {
    const items = world.atlas.collection('items');
    const document = (_id: unknown): Document =>
      new Map<string, unknown>([
        ['_id', _id],
        ['10', new Double(1)],
        ['2', Long.fromNumber(2)],
        ['', null],
        ['__proto__', { deep: [Decimal128.fromString('1.0')] }],
      ]);
    await items.insertMany(ids.map(document), { forceServerObjectId: true });
    await waitFor(async () => (await storedBytes(world.b.local, 'items')).length === ids.length, {
      what: 'all to arrive',
    });
    await world.equal();
    await items.updateMany({}, { $set: { touched: true } });
    await waitFor(
      async () => (await world.a.local.collection('items').countDocuments({ touched: true })) === ids.length,
      {
        what: 'all changes to arrive',
      },
    );
    await world.equal();
    await items.deleteMany({});
    await waitFor(async () => (await world.a.local.collection('items').countDocuments()) === 0, {
      what: 'all to go',
    });
    await world.equal();
    expect(await storedBytes(world.b.local, 'items')).toEqual([]);
  });
});
