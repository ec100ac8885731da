import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type ObjectId } from 'mongodb';
import { type Model } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

interface Ticket {
  _id: ObjectId;
  number: string;
  guest?: string;
}

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let TicketA: Model<Ticket>;
let TicketB: Model<Ticket>;
let round = 0;

// A value that its document gave up is free again: the native sandbox does not know that.
beforeAll(async () => {
  world = await startTwoBranches(['items', 'tickets'], { secondOpinion: true });
  [a, b] = [await world.a.open(), await world.b.open()];
  [TicketA, TicketB] = [ticketsOf(a), ticketsOf(b)];
  for (const model of [TicketA, TicketB]) await model.init();
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

function ticketsOf({ mongoose }: BranchProcess): Model<Ticket> {
  const schema = new mongoose.Schema<Ticket>({ number: { type: String, unique: true }, guest: String });
  return mongoose.model<Ticket>('Ticket', schema, 'tickets');
}

const tickets = () => world.atlas.collection<Ticket>('tickets');
const waitingOn = (branch: BranchProcess) => branch.sync.quarantine.list({ collection: 'tickets' });
const isGuest = (guest: string) => async (): Promise<boolean> =>
  (await Promise.all([TicketA, TicketB].map((model) => model.exists({ guest })))).every(Boolean);

/** Branch a has given a number away; branch b gives the same one to another guest without knowing. */
async function collide(): Promise<{ readonly number: string; readonly winner: ObjectId }> {
  const number = `T${++round}`;
  await b.sync.pause();
  const winner = await TicketA.create({ number, guest: `winner ${round}` });
  await a.sync.synced(winner);
  await TicketB.create({ number, guest: `loser ${round}` });
  await b.sync.resume();
  await waitFor(async () => (await waitingOn(b)).some(({ waits }) => waits === 'aside'), {
    what: 'the loser to make way',
  });
  await waitFor(isGuest(`winner ${round}`), { what: 'the winner on both branches' });
  return { number, winner: winner._id };
}

async function loserArrives(number: string): Promise<void> {
  await waitFor(isGuest(`loser ${round}`), { what: 'the loser on both branches', timeoutMs: 20_000 });
  await world.equal('tickets');
  expect(await tickets().findOne({ number })).toMatchObject({ guest: `loser ${round}` });
  await waitFor(async () => (await waitingOn(b)).length === 0, { what: 'the quarantine to be empty' });
}

describe('a document that lost its unique value to another one', () => {
  it('gets through by itself once the winner has another value', async () => {
    const { number, winner } = await collide();
    await TicketA.updateOne({ _id: winner }, { number: `${number} changed` });
    await loserArrives(number);
  });

  it('gets through by itself once the winner is deleted, by the branch that lost too', async () => {
    const { number, winner } = await collide();
    await TicketB.deleteOne({ _id: winner });
    await loserArrives(number);
  });

  it('gets through by itself once a foreign hand deletes the winner on Atlas, while it was away', async () => {
    const { number, winner } = await collide();
    await b.sync.stop();
    await tickets().deleteOne({ _id: winner });
    await b.sync.start();
    await loserArrives(number);
  });

  it('waits, and is not tried, while the winner is written and keeps the value', async () => {
    const { number, winner } = await collide();
    for (const guest of ['first', 'second']) {
      await TicketA.updateOne({ _id: winner }, { guest });
      await waitFor(isGuest(guest), { what: 'the change on both branches' });
    }
    await b.sync.idle();
    await waitFor(async () => (await waitingOn(b)).length === 1, { what: 'one entry' });
    expect(await waitingOn(b)).toMatchObject([
      { attemptCount: 1, winnerId: expect.stringContaining(String(winner)) as unknown },
    ]);
    await TicketA.updateOne({ _id: winner }, { number: `${number} changed` });
    await loserArrives(number);
  });
});
