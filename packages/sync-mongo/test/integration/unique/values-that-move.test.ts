import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type ObjectId } from 'mongodb';
import { type Model } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

interface Seat {
  _id: ObjectId;
  hall: string;
  place: number;
  guest?: string;
}

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let SeatA: Model<Seat>;
let SeatB: Model<Seat>;
let hall: string;
let round = 0;

// A value that its document gave up is free again: the native sandbox does not know that.
beforeAll(async () => {
  world = await startTwoBranches(['items', 'seats'], { secondOpinion: true });
  [a, b] = [await world.a.open(), await world.b.open()];
  [SeatA, SeatB] = [a, b].map(({ mongoose }) => {
    const schema = new mongoose.Schema<Seat>({ hall: String, place: Number, guest: String });
    return mongoose.model<Seat>('Seat', schema.index({ hall: 1, place: 1 }, { unique: true }));
  }) as [Model<Seat>, Model<Seat>];
  for (const model of [SeatA, SeatB]) await model.init();
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

/** Seats at these places, known everywhere. */
async function seated(places: readonly number[]): Promise<readonly ObjectId[]> {
  const created = await SeatA.create(places.map((place) => ({ hall, place })));
  await a.sync.idle();
  await world.equal('seats');
  return created.map(({ _id }) => _id);
}

/** Gives seats other places, past one that nobody has, as the index asks for it. */
async function moveTo(
  model: Model<Seat>,
  ids: readonly ObjectId[],
  places: readonly number[],
): Promise<void> {
  for (const [i, _id] of ids.entries()) await model.updateOne({ _id }, { place: 1000 + i });
  for (const [i, _id] of ids.entries()) await model.updateOne({ _id }, { place: places[i] ?? 0 });
}

async function placesOf(model: Model<Seat>, ids: readonly ObjectId[]): Promise<readonly unknown[]> {
  const found = await Promise.all(ids.map((_id) => model.findById(_id).lean()));
  return found.map((seat) => seat?.place);
}

async function settled(): Promise<void> {
  await Promise.all([a.sync.idle(), b.sync.idle()]);
  await world.equal('seats');
}

const noneInQuarantine = (): Promise<unknown> =>
  waitFor(
    async () =>
      (await Promise.all([a, b].map(({ sync }) => sync.quarantine.list()))).every(
        (list) => list.length === 0,
      ),
    { what: 'nothing to be in quarantine', timeoutMs: 15_000 },
  );

describe('unique values that change hands on one branch while Atlas is away', () => {
  beforeEach(() => {
    hall = `hall ${++round}`;
  });

  it.each<[string, readonly number[], readonly number[]]>([
    ['a swap', [1, 2], [2, 1]],
    ['a ring of three', [1, 2, 3], [2, 3, 1]],
    ['a chain', [1, 2, 3], [2, 3, 4]],
  ])('arrive on the other branch: %s', async (_, before, after) => {
    const ids = await seated(before);
    await world.databases.atlas.stop();
    await moveTo(SeatA, ids, after);
    await world.databases.atlas.start();
    await waitFor(async () => (await placesOf(SeatB, ids)).join() === after.join(), {
      what: 'the other branch to have them',
      timeoutMs: 30_000,
    });
    await settled();
    expect(await placesOf(SeatA, ids)).toEqual(after);
    await noneInQuarantine();
  });
});

describe('two branches that give the same value to different documents while Atlas is away', () => {
  it('end equal, with one of the two edits in quarantine', async () => {
    hall = `hall ${++round}`;
    const ids = await seated([1, 2]);
    const [first, second] = ids as [ObjectId, ObjectId];
    await world.databases.atlas.stop();
    await SeatA.updateOne({ _id: first }, { place: 7, guest: 'of a' });
    await SeatB.updateOne({ _id: second }, { place: 7, guest: 'of b' });
    await world.databases.atlas.start();
    const entries = async () => [...(await a.sync.quarantine.list()), ...(await b.sync.quarantine.list())];
    await waitFor(async () => (await entries()).some(({ waits }) => waits === 'aside'), {
      what: 'one to make way',
      timeoutMs: 30_000,
    });
    await settled();
    const places = [...(await placesOf(SeatA, ids))].map(String).sort();
    expect([['1', '7'].join(), ['2', '7'].join()]).toContain(places.join());
    await waitFor(async () => (await entries()).length === 1, { what: 'one entry' });
    const [entry] = await entries();
    expect(entry).toMatchObject({ conflictingKey: { hall, place: 7 }, waits: 'aside' });
  });
});
