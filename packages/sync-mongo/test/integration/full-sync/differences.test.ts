import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DifferenceKind, type DifferenceSample, type FullSyncReport } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { Binary, type ObjectId } from 'mongodb';
import { startWriting } from '../offline/steady-writer.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const ITEMS = { collections: ['items'] } as const;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  for (const { sync } of [a, b]) await sync.start();
});
afterAll(async () => world.stop());

const names = ['same', 'edited', 'written', 'rewritten', 'deleted', 'removed'] as const;
type Planted = (typeof names)[number] | 'created' | 'of another';

/** Differences of each kind, of which the paused branch settles none by itself. Answers the `_id`s by name. */
async function plantDifferences(): Promise<Readonly<Record<Planted, ObjectId>>> {
  const made = await a.Item.create(names.map((name) => ({ name, n: 1 })));
  const ids = Object.fromEntries(made.map(({ _id }, i) => [names[i], _id])) as Record<Planted, ObjectId>;
  await a.sync.idle();
  await b.sync.idle();
  for (const { sync } of [a, b]) await sync.pause({ collection: 'items' });
  const atlas = world.atlas.collection('items');
  await atlas.updateOne(
    { _id: ids['edited'] },
    { $set: { name: 'by a hand', 'extra.deep': 1 }, $unset: { n: '' } },
  );
  await a.Item.updateOne({ _id: ids['written'] }, { n: 2 });
  await a.Item.updateOne({ _id: ids['rewritten'] }, { n: 1 });
  await a.Item.deleteOne({ _id: ids['deleted'] });
  await atlas.deleteOne({ _id: ids['removed'] });
  const created = await a.Item.create({ name: 'created' });
  const stamp = new Binary(Buffer.from('019000000000700080000000000000aa', 'hex'), Binary.SUBTYPE_UUID);
  const { insertedId } = await atlas.insertOne({ name: 'of another', _syncMeta: { stamp, version: 1 } });
  return { ...ids, created: created._id, 'of another': insertedId };
}

function of(report: FullSyncReport): FullSyncReport['collections'][number] {
  const [collection] = report.collections;
  if (!collection) throw new Error('nothing was compared');
  return collection;
}

interface Seen {
  readonly ns?: { readonly coll: string };
  readonly fullDocument?: { readonly marker?: string };
}

/** What the change streams of both sides show of the synced collection, from now on. */
async function watchBoth(): Promise<{ readonly changes: () => Promise<readonly unknown[]> }> {
  const seen: Seen[] = [];
  const sides = [world.a.local, world.atlas];
  const streams = sides.map((db) => db.watch());
  for (const stream of streams) stream.on('change', (change) => seen.push(change as Seen));
  const marked = async (marker: string): Promise<boolean> => {
    await Promise.all(sides.map((db) => db.collection('markers').insertOne({ marker })));
    return seen.filter(({ fullDocument }) => fullDocument?.marker === marker).length >= sides.length;
  };
  await waitFor(() => marked('open'), { what: 'both streams to be open' });
  seen.splice(0);
  return {
    // What was written before the marker has come by when that has.
    changes: async () => {
      await waitFor(() => marked('end'), { what: 'the end of both streams' });
      await Promise.all(streams.map((stream) => stream.close()));
      return seen.filter(({ ns }) => ns?.coll === 'items');
    },
  };
}

describe('a full sync of two sides that differ', () => {
  it('tells each difference by its kind in a dry run, and changes nothing', async () => {
    const ids = await plantDifferences();
    const bytes = (): Promise<readonly unknown[]> =>
      Promise.all(
        [world.a.local, world.atlas].map((db) =>
          db.collection('items').find({}, { raw: true }).sort({ _id: 1 }).toArray(),
        ),
      );
    const before = await bytes();
    const report = of(await a.sync.fullSync({ ...ITEMS, dryRun: true }));
    expect(await bytes()).toEqual(before);
    expect(report).toMatchObject({
      differentCount: 7,
      repairedCount: 0,
      kinds: {
        differs: 2,
        'metadata-only': 1,
        'deleted-but-present': 1,
        'missing-on-atlas': 2,
        'missing-on-local': 1,
      } satisfies Partial<Record<DifferenceKind, number>>,
    });
    const sample = (name: Planted): DifferenceSample | undefined =>
      report.samples?.find(({ documentId }) => documentId.includes(String(ids[name])));
    expect(sample('edited')).toMatchObject({
      kind: 'differs',
      editedOn: ['atlas'],
      fields: [
        { path: 'name', missingOn: null },
        { path: 'n', missingOn: 'atlas' },
        { path: 'extra', missingOn: 'local' },
      ],
    });
    expect(sample('written')).toMatchObject({
      kind: 'differs',
      newer: 'local',
      fields: [{ path: 'n', missingOn: null }],
    });
    expect(sample('of another')).toMatchObject({ kind: 'missing-on-local', fields: [] });
    expect(sample('same')).toBeUndefined();
  });

  it('tells of a unique index that one side lacks', async () => {
    const atlas = world.atlas.collection('items');
    await atlas.createIndexes([{ key: { code: 1 }, unique: true, sparse: true, name: 'code' }]);
    const { indexes, options } = of(await a.sync.fullSync({ ...ITEMS, dryRun: true }));
    expect({ indexes, options }).toEqual({
      indexes: [{ fields: ['code'], isUnique: true, missingOn: 'local' }],
      options: [],
    });
    await atlas.dropIndex('code');
  });

  it('leaves no trace of a dry run in the change streams of both sides', async () => {
    const watched = await watchBoth();
    await a.sync.fullSync({ ...ITEMS, dryRun: true });
    expect(await watched.changes()).toEqual([]);
  });

  it('repairs them, and a second one right after it finds nothing', async () => {
    for (const { sync } of [a, b]) await sync.resume({ collection: 'items' });
    // The engine itself compares a collection that was paused: until that is over, others are refused.
    const run = (): Promise<FullSyncReport> => waitFor(() => a.sync.fullSync(ITEMS), { what: 'a run' });
    const first = of(await run());
    expect(first.repairedCount).toBe(first.differentCount);
    const second = of(await run());
    expect(second).toMatchObject({ differentCount: 0, repairedCount: 0 });
    expect(second.samples ?? []).toEqual([]);
    await world.equal();
  });

  it('finds no difference between two branches that are busy', async () => {
    const writers = [startWriting(a.Item), startWriting(b.Item)];
    await waitFor(() => writers.every(({ writeCount }) => writeCount > 20), { what: 'both to write' });
    const report = of(await a.sync.fullSync({ ...ITEMS, dryRun: true }));
    for (const writer of writers) await writer.stop();
    expect(report).toMatchObject({ differentCount: 0 });
    expect(report.comparedCount).toBeGreaterThan(0);
  });
});
