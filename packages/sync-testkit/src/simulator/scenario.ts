import { type SeededRandom } from './seeded-random.js';

/** How large the simulated world is. */
export interface WorldSize {
  readonly branchCount: number;
  readonly keyCount: number;
  readonly stepCount: number;
}

/** What can go wrong in one history; which of it does follows from the seed. */
export interface Scenario extends WorldSize {
  /** Programs past bomba-sync write on Atlas and, past capture, on Local. */
  readonly foreign: boolean;
  /**
   * Applications write seldom, so that engines keep up, and what comes meets documents that are clean: the fast lane of pull
   * takes it, and no look that something else asks for sees to it. What is written past capture needs such a look: nobody does.
   */
  readonly calm: boolean;
  /** Clocks are off by up to this many milliseconds, against a bound of 100. */
  readonly skewMs: number;
  /** Clocks are set now and then, by decades too, and the processes of a branch begin anew after a crash. */
  readonly jumping: boolean;
  /** Tombstones expire early. */
  readonly expiring: boolean;
  /** A Local may fall back to an older state. */
  readonly falling: boolean;
  /** A strategy merges two states that had not seen each other, instead of choosing the later one. */
  readonly merging: boolean;
  /** Contents have a value that is unique on each side, of few, so that documents collide and exchange their values. */
  readonly unique: boolean;
  /** Foreign states run business logic on each branch, whose output is another one on each. */
  readonly deriving: boolean;
  /** Atlas is restored from a backup once, and this side chosen on every branch; null: it is not. */
  readonly restoring: 'local' | 'atlas' | null;
  /**
   * Atlas is not restored: all its documents are deleted, and none of it is shown by the stream. Only the fuse can tell.
   */
  readonly wiped: boolean;
  /** One branch meets Atlas for the first time in the midst of it all. */
  readonly joining: boolean;
  /** Pull of a branch is paused now and then, and all its keys are compared when it is resumed. */
  readonly pausing: boolean;
  /**
   * What runs on a branch: one engine that does one thing at a time; one that pushes and pulls side by side; or two, as
   * at a takeover.
   */
  readonly engines: 'one' | 'two lanes' | 'two';
  /** How likely a branch crashes at any step; where often, on more keys, so that the next write hides no lost event. */
  readonly crashChance: number;
}

/** A world in which keys collide all the time. */
export const smallWorld: WorldSize = { branchCount: 3, keyCount: 3, stepCount: 900 };

/** The scenario of a seed. */
export function scenarioOf(seed: number, size: WorldSize): Scenario {
  const skewed = seed % 3 === 0;
  const [foreign, expiring, falling] = [seed % 4 === 1, seed % 5 === 0, seed % 7 === 0];
  const [restoring, merging] = [foreign || expiring || falling ? null : restoringOf(seed), seed % 6 === 4];
  return {
    ...size,
    foreign,
    skewMs: skewed ? (seed % 2 === 1 ? 300 : 10_000) : 0,
    jumping: skewed && seed % 9 < 6,
    expiring,
    falling,
    restoring,
    wiped: restoring === 'local' && seed % 2 === 0,
    merging,
    unique: seed % 5 === 2 && !foreign && !falling && !merging && restoring === null,
    deriving: foreign && seed % 8 === 1,
    calm: foreign && seed % 8 === 5,
    joining: seed % 10 < 2 && restoring === null,
    pausing: seed % 13 === 6 && restoring === null,
    engines: foreign ? 'one' : seed % 2 === 0 ? 'two lanes' : 'two',
    ...(seed % 8 === 3 || seed % 8 === 6
      ? { crashChance: 0.03, keyCount: size.keyCount + 5 }
      : { crashChance: 0.004 }),
  };
}

function restoringOf(seed: number): Scenario['restoring'] {
  if (seed % 11 === 5) return 'local';
  return seed % 11 === 7 ? 'atlas' : null;
}

/** A clock's error within the scenario's bound, in milliseconds. */
export function skewOf({ skewMs }: Scenario, random: SeededRandom): number {
  return Math.round((random.fraction() - 0.5) * 2 * skewMs);
}
