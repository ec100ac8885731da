import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type QuarantinedDocument } from '@bomba/sync-core';
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

const isAside = ({ waits }: QuarantinedDocument): boolean => waits === 'aside';
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
    await waitFor(async () => [...(await quarantined(a)), ...(await quarantined(b))].some(isAside), {
      what: 'the loser to have made way',
      timeoutMs: 20_000,
    });
    await world.equal('products');
    const first = await world.atlas.collection('products').findOne({ code: 'espresso' });
    loser = first?._id.equals(mine._id)
      ? { process: b, model: ProductB, _id: theirs._id }
      : { process: a, model: ProductA, _id: mine._id };
  });

  it('leave the loser in quarantine, visible with its code, its reason and its content', async () => {
    const other = loser.process === a ? b : a;
    expect(await quarantined(other)).toEqual([]);
    const [entry] = await quarantined(loser.process);
    expect(entry).toMatchObject({ collection: 'products', code: 'SYNC_WRITE_UNIQUE', waits: 'aside' });
    expect(entry?.documentId).toContain(String(loser._id));
    const found = await loser.process.sync.quarantine.get(entry?.id ?? '');
    expect(found?.document).toMatchObject({ code: 'espresso' });
    expect((await loser.process.sync.health()).checks.find(({ name }) => name === 'quarantine')?.status).toBe(
      'degraded',
    );
    expect(loser.process.events).toContain('quarantined');
  });

  it('name the key that collided, and the winner', async () => {
    const winner = await world.atlas.collection('products').findOne({ code: 'espresso' });
    const [entry] = await quarantined(loser.process);
    expect(entry).toMatchObject({ conflictingKey: { code: 'espresso' } });
    expect(entry?.winnerId).toContain(String(winner?._id));
  });

  it('are told in one entry, once', async () => {
    await waitFor(async () => (await quarantined(loser.process)).length === 1, { what: 'one entry' });
    expect(loser.process.events.filter((name) => name === 'quarantined')).toHaveLength(1);
  });

  it('have the losing document make way where it was written, and block nothing else', async () => {
    expect(await loser.model.findById(loser._id).lean()).toBeNull();
    const item = await loser.process.Item.create({ name: 'goes on' });
    expect(await loser.process.sync.synced(item)).toBe('applied');
    const product = await loser.model.create({ code: 'lungo' });
    expect(await loser.process.sync.synced(product)).toBe('applied');
    expect(await loser.process.sync.synced({ collection: 'products', _id: loser._id })).toBe('quarantined');
  });

  it('cannot both be on Local: a retry says so as long as the winner is there', async () => {
    const [entry] = await quarantined(loser.process);
    await expect(loser.process.sync.quarantine.retry(entry?.id ?? '')).rejects.toMatchObject({
      code: 'SYNC_WRITE_UNIQUE',
    });
    expect(await quarantined(loser.process)).toHaveLength(1);
  });

  it('are both synced once the loser has another value', async () => {
    const [entry] = await quarantined(loser.process);
    const { document } = (await loser.process.sync.quarantine.get(entry?.id ?? '')) as { document: object };
    await loser.process.sync.quarantine.edit(entry?.id ?? '', { ...document, code: 'ristretto' });
    expect(await loser.process.sync.synced({ collection: 'products', _id: loser._id })).toBe('applied');
    expect(await world.atlas.collection('products').findOne({ _id: loser._id })).toMatchObject({
      code: 'ristretto',
    });
    await world.equal('products');
    expect(await quarantined(loser.process)).toEqual([]);
  });
});
