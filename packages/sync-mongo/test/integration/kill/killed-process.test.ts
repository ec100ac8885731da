import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { type Death, KillableBranch } from './killable-branch.js';

/** Kills at random moments; about 70 at crash points come on top. */
const KILLS = Number(process.env['BOMBA_KILLS'] ?? 12);
const LEADER_KILLS = Math.ceil(KILLS / 6);
const SEED = Number(process.env['BOMBA_KILL_SEED'] ?? randomInt(2 ** 30));
const KILL_MS = 60_000;
const MAX_COMMANDS = 40;

/** Writes that take several commands: each gap between two of them is a crash point, named by the way and its number. */
const crashingWays = [
  ...['deleteOne', 'deleteOneByContent', 'deleteDocument', 'deleteMany', 'deleteGroup'],
  ...['findOneAndDelete', 'findFirstAndDelete', 'bulkWrite', 'bulkWriteUnordered'],
  ...['insertByReplacing', 'insertByFindOneAndReplace', 'transaction'],
];

let world: TwoBranches;
let branches: readonly KillableBranch[];

beforeAll(async () => {
  world = await startTwoBranches();
  branches = [world.a, world.b].map((branch, index) => {
    const uri = world.databases.branches[index]?.uri ?? '';
    return new KillableBranch(world, branch, { uri, seed: SEED + index * 1_000_000 });
  });
});
afterAll(async () => {
  for (const branch of branches) branch.end();
  await world.stop();
});

/** Works off a list of deaths or of series of them, both branches at a time. */
async function onBothBranches<Item>(
  items: readonly Item[],
  work: (branch: KillableBranch, item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  await Promise.all(
    branches.map(async (branch) => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(branch, item);
    }),
  );
}

const deaths = (count: number, death: (n: number) => Death): readonly Death[] =>
  Array.from({ length: count }, (_, n) => death(n));

describe(`a process that is killed while it writes (BOMBA_KILL_SEED=${SEED})`, () => {
  it(
    'loses nothing and leaves no phantom, before each command of a write that takes several',
    async () => {
      await Promise.all(branches.map((branch) => branch.open()));
      let killCount = 0;
      await onBothBranches(crashingWays, async (branch, way) => {
        for (let command = 1, isOver = false; !isOver && command <= MAX_COMMANDS; command += 1) {
          const log = await branch.kill({ engine: false, point: { way, command, after: randomInt(6, 12) } });
          expect(await branch.violations()).toEqual([]);
          isOver = log.some(({ beyond }) => beyond !== undefined);
          killCount += 1;
        }
      });
      expect(killCount).toBeGreaterThanOrEqual(50);
    },
    crashingWays.length * MAX_COMMANDS * KILL_MS,
  );

  it(
    `loses nothing and leaves no phantom, at any moment, over ${KILLS} kills`,
    async () => {
      await Promise.all(branches.map((branch) => branch.open()));
      const anyMoment = (n: number): Death => ({
        ...{ engine: n % 4 < 2, after: { writes: randomInt(1, 60), ms: randomInt(0, 20) } },
      });
      await onBothBranches(deaths(KILLS, anyMoment), async (branch, death) => {
        await branch.kill(death);
        expect(await branch.violations()).toEqual([]);
      });
    },
    KILLS * KILL_MS,
  );

  it(
    `loses nothing and leaves no phantom where it led, over ${LEADER_KILLS} kills`,
    async () => {
      const leading = (): Death => ({
        ...{ engine: true, after: { writes: randomInt(1, 150), ms: randomInt(0, 20) } },
      });
      await onBothBranches(deaths(LEADER_KILLS, leading), async (branch, death) => {
        await branch.close();
        await branch.kill(death);
        await branch.open();
        expect(await branch.violations()).toEqual([]);
      });
    },
    LEADER_KILLS * KILL_MS,
  );

  it('leaves both branches and Atlas the same in the end, without a conflict', async () => {
    await Promise.all(branches.map((branch) => branch.open()));
    await world.equal();
    const conflicts = await world.atlas.collection('_sync_conflicts').find().toArray();
    expect(
      conflicts.map(({ key, reason, losingStamp, winningStamp }) => ({
        key,
        reason,
        losingStamp: String(losingStamp),
        winningStamp: String(winningStamp),
      })),
    ).toEqual([]);
  });
});
