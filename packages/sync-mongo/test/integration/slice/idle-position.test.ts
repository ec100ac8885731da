import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { systemClock } from '../../../src/system/system-clock.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';
import { untilAnswered } from './until-answered.js';

/** A little more than the time after which a position is saved that moved past nothing of ours. */
const IDLE_MS = 10_500;
/** By so much each answer is later than the one before: together far less than that. */
const STEP_MS = 300;
const ROUNDS = 3;
/** Answers of the stream in which nothing of ours was. */
const IDLE_ANSWERS = 3;

let world: TwoBranches;
let a: BranchProcess;
/** The age of a saved position is told by the monotonic clock alone: no wall clock is off. */
let passedMs = 0;
/** Where that clock stands still. */
let frozenAtMs: number | null = null;

beforeAll(async () => {
  world = await startTwoBranches();
  a = await world.a.open({
    clock: { ...systemClock, monotonic: () => (frozenAtMs ?? systemClock.monotonic()) + passedMs },
  });
  await a.sync.start();
  await a.Item.create({ name: 'the last of ours' });
  await a.sync.idle();
});
afterAll(async () => world.stop());

type Stream = readonly [name: string, written: () => Db, position: string];

/** The saved token, as it sorts. */
async function savedToken(position: string): Promise<string> {
  const metadata = world.a.local.collection<Document & { readonly _id: string }>('_sync_metadata');
  const saved = await metadata.findOne({ _id: position });
  return (saved?.['token'] as { readonly _data: string } | undefined)?._data ?? '';
}

const streams: readonly Stream[] = [
  ['Atlas', () => world.atlas, 'atlas-change-stream-token'],
  ['Local', () => world.a.local, 'local-change-stream-token'],
];

describe.each(streams)('the stream of %s, with nothing of ours in it', (_, written, position) => {
  it('still has its position saved from time to time, so that the server does not forget what is behind it', async () => {
    const { appliedCount } = a.sync.status().pull;
    passedMs += IDLE_MS;
    await waitFor(async () => (await savedToken(position)) !== '', { what: 'a position' });
    for (let round = 0; round < ROUNDS; round++) {
      const before = await savedToken(position);
      await written().collection('of_another_program').insertOne({ round });
      await untilAnswered(a, 1);
      passedMs += IDLE_MS;
      await waitFor(async () => (await savedToken(position)) > before, { what: 'a later position' });
    }
    expect(a.sync.status().pull.appliedCount).toBe(appliedCount);
    expect(a.sync.status()).toMatchObject({ state: 'running', lastError: null });
  });
});

describe('a position that moved past nothing of ours', () => {
  it('is not saved with each answer: that is a durable write on Local', async () => {
    const saved: string[] = [];
    let localAnswerCount = 0;
    const client = a.mongoose.connection.getClient();
    client.on('commandStarted', ({ commandName, command }) => {
      const updates = commandName === 'update' ? (command['updates'] as readonly Document[]) : [];
      const ids = updates.map(({ q }) => String((q as Document)['_id']));
      saved.push(...ids.filter((id) => id.endsWith('-token')));
    });
    client.on('commandSucceeded', ({ commandName }) => {
      if (commandName === 'getMore') localAnswerCount++;
    });
    frozenAtMs = systemClock.monotonic();
    for (const [, written] of streams) await written().collection('of_another_program').insertOne({});
    passedMs += IDLE_MS;
    const isSaved = (): boolean => streams.every(([, , position]) => saved.includes(position));
    await waitFor(isSaved, { what: 'both positions', timeoutMs: 30_000 });
    saved.length = localAnswerCount = 0;
    for (let answerCount = 1; answerCount <= IDLE_ANSWERS; answerCount++) {
      passedMs += STEP_MS;
      await untilAnswered(a, 1);
      await waitFor(() => localAnswerCount >= answerCount, { what: 'Local to answer', timeoutMs: 30_000 });
    }
    expect(saved).toEqual([]);
  });
});
