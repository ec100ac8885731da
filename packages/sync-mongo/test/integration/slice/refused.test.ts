import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Model, type Types } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

interface Product {
  code: string;
  name?: string;
}

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let ProductA: Model<Product>;
let ProductB: Model<Product>;

beforeAll(async () => {
  world = await startTwoBranches(['items', 'products']);
  [a, b] = [await world.a.open(), await world.b.open()];
  [ProductA, ProductB] = [a, b].map(({ mongoose }) =>
    mongoose.model<Product>(
      'Product',
      new mongoose.Schema<Product>({ code: { type: String, unique: true }, name: String }),
    ),
  ) as [Model<Product>, Model<Product>];
  for (const model of [ProductA, ProductB]) await model.init();
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

const quarantined = ({ sync }: BranchProcess) => sync.quarantine.list({ collection: 'products' });

describe('two documents with one unique value, written while Atlas is away', () => {
  let loser: {
    readonly process: BranchProcess;
    readonly model: Model<Product>;
    readonly _id: Types.ObjectId;
  };

  beforeAll(async () => {
    await world.databases.atlas.stop();
    const mine = await ProductA.create({ code: 'espresso', name: 'of a' });
    const theirs = await ProductB.create({ code: 'espresso', name: 'of b' });
    await world.databases.atlas.start();
    await waitFor(async () => (await quarantined(a)).length + (await quarantined(b)).length >= 2, {
      what: 'the loser to be in quarantine on both sides',
      timeoutMs: 20_000,
    });
    const first = await world.atlas.collection('products').findOne({ code: 'espresso' });
    loser = first?._id.equals(mine._id)
      ? { process: b, model: ProductB, _id: theirs._id }
      : { process: a, model: ProductA, _id: mine._id };
  });

  it('leave the loser in quarantine, visible with its code, its reason and its content', async () => {
    const list = await quarantined(loser.process);
    const pushed = list.find(({ direction }) => direction === 'local-to-atlas');
    expect(pushed).toMatchObject({ collection: 'products', code: 'SYNC_WRITE_UNIQUE' });
    expect(pushed?.documentId).toContain(String(loser._id));
    const found = await loser.process.sync.quarantine.get(pushed?.id ?? '');
    expect(found?.document).toMatchObject({ code: 'espresso' });
    expect((await loser.process.sync.health()).checks.find(({ name }) => name === 'quarantine')?.status).toBe(
      'degraded',
    );
    expect(loser.process.sync.status().push.quarantinedCount).toBeGreaterThan(0);
    expect(loser.process.events).toContain('quarantined');
  });

  it('leave the losing document untouched where it was written, and block nothing else', async () => {
    expect(await loser.model.findById(loser._id).lean()).toMatchObject({ code: 'espresso' });
    const item = await loser.process.Item.create({ name: 'goes on' });
    expect(await loser.process.sync.synced(item)).toBe('applied');
    const product = await loser.model.create({ code: 'lungo' });
    expect(await loser.process.sync.synced(product)).toBe('applied');
    expect(await loser.process.sync.synced({ collection: 'products', _id: loser._id })).toBe('quarantined');
  });

  it('are both synced once the loser has another value', async () => {
    await loser.model.updateOne({ _id: loser._id }, { code: 'ristretto' });
    expect(await loser.process.sync.synced({ collection: 'products', _id: loser._id })).toBe('applied');
    expect(await world.atlas.collection('products').findOne({ _id: loser._id })).toMatchObject({
      code: 'ristretto',
    });
  });
});
