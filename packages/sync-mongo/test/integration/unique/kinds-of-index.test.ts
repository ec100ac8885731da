import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type IndexOptions, type Model, type Types } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

type Fields = Readonly<Record<string, unknown>>;

/** What the models hold, whatever else there is. */
interface Ticket {
  _id: Types.ObjectId;
  guest?: string;
}

/** A unique index, and documents of a collection that has it. */
interface Kind {
  readonly keys: Readonly<Record<string, 1>>;
  readonly options?: IndexOptions;
  /** Branch a has it on Atlas before branch b, which made its own offline. */
  readonly winner: Fields;
  readonly loser: Fields;
  /** What the index has against the loser. */
  readonly conflictingKey: Fields;
  /** Looks like the winner as well, and the index has nothing against it. */
  readonly beside: Fields;
}

const kinds: Readonly<Record<string, Kind>> = {
  compound: {
    keys: { hall: 1, place: 1 },
    winner: { hall: 'north', place: 1 },
    loser: { hall: 'north', place: 1 },
    conflictingKey: { hall: 'north', place: 1 },
    beside: { hall: 'north', place: 2 },
  },
  partial: {
    keys: { code: 1 },
    options: { partialFilterExpression: { open: true } },
    winner: { code: 'x', open: true },
    loser: { code: 'x', open: true },
    conflictingKey: { code: 'x' },
    beside: { code: 'x', open: false },
  },
  sparse: {
    keys: { 'owner.card': 1 },
    options: { sparse: true },
    winner: { owner: { card: 7 } },
    loser: { owner: { card: 7 } },
    conflictingKey: { 'owner.card': 7 },
    beside: { owner: { name: 'without a card' } },
  },
  collated: {
    keys: { mail: 1 },
    options: { collation: { locale: 'en', strength: 2 } },
    winner: { mail: 'Ada@x.org' },
    loser: { mail: 'ada@X.ORG' },
    // As either of them has it.
    conflictingKey: { mail: expect.stringMatching(/^ada@x\.org$/i) },
    beside: { mail: 'adam@x.org' },
  },
};

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
const models = new Map<BranchProcess, Map<string, Model<Ticket>>>();

// Two values that are one under a collation: the native sandbox stores both.
beforeAll(async () => {
  world = await startTwoBranches(['items', ...Object.keys(kinds)], { secondOpinion: true });
  [a, b] = [await world.a.open(), await world.b.open()];
  for (const process of [a, b]) {
    const own = new Map<string, Model<Ticket>>();
    for (const [name, { keys, options }] of Object.entries(kinds)) {
      const { Schema } = process.mongoose;
      const open = new Schema<Ticket>({}, { strict: false, autoIndex: false });
      open.index(keys, { unique: true, ...options });
      const model = process.mongoose.model<Ticket>(name, open, name);
      await model.createIndexes();
      own.set(name, model);
    }
    models.set(process, own);
    await process.sync.start();
  }
});
afterAll(async () => world.stop());

function modelOf(process: BranchProcess, name: string): Model<Ticket> {
  const model = models.get(process)?.get(name);
  if (!model) throw new Error(`no model ${name}`);
  return model;
}

describe('two branches that give away one value offline, under a unique index', () => {
  it.each(Object.entries(kinds))('that is %s', async (name, kind) => {
    const [onA, onB] = [modelOf(a, name), modelOf(b, name)];
    await onA.create({ ...kind.beside, ...(name === 'sparse' && { guest: 'another' }) });
    await Promise.all([a.sync.idle(), b.sync.idle()]);
    await world.equal(name);
    await b.sync.pause();
    const winner = await onA.create({ ...kind.winner, guest: 'winner' });
    await a.sync.synced(winner);
    await onB.create({ ...kind.loser, guest: 'loser' });
    if (name === 'partial' || name === 'sparse') await onB.create({ ...kind.beside, guest: 'beside' });
    await b.sync.resume();
    await waitFor(
      async () => (await b.sync.quarantine.list({ collection: name })).some(({ waits }) => waits === 'aside'),
      { what: 'the loser to make way' },
    );
    await Promise.all([a.sync.idle(), b.sync.idle()]);
    await world.equal(name);
    const [entry] = (await b.sync.quarantine.list({ collection: name })).filter(
      ({ waits }) => waits === 'aside',
    );
    expect(entry).toMatchObject({
      ...{ code: 'SYNC_WRITE_UNIQUE', conflictingKey: kind.conflictingKey },
      winnerId: `oid:${String(winner._id)}`,
    });
    const guests = await world.atlas.collection(name).distinct('guest');
    expect(guests).toContain('winner');
    expect(guests).not.toContain('loser');
    if (name === 'partial' || name === 'sparse') expect(guests).toContain('beside');
  });
});
