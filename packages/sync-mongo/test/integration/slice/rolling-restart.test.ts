import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

const ROUNDS = 3;
const WRITES_PER_STAGE = 25;
const NAMES = ['counter 0', 'counter 1', 'counter 2'];

let world: TwoBranches;
let other: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  other = await world.b.open();
  await other.sync.start();
});
afterAll(async () => world.stop());

async function started(): Promise<BranchProcess> {
  const process = await world.a.open();
  await process.sync.start();
  return process;
}

/** Writes through whichever processes serve at the moment, one write after the other, until it is told to stop. */
class Traffic {
  writeCount = 0;
  #isOver = false;
  #underWay: Promise<void> = Promise.resolve();
  readonly #running: Promise<void>;

  constructor(public serving: readonly BranchProcess[]) {
    this.#running = this.#run();
  }

  /** Takes a process out of service: none of its writes is under way any more. */
  async serveBy(...serving: readonly BranchProcess[]): Promise<void> {
    this.serving = serving;
    await this.#underWay;
  }

  async goesOn(): Promise<void> {
    const before = this.writeCount;
    await waitFor(() => this.writeCount >= before + WRITES_PER_STAGE, { what: 'writes to go on' });
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const process = this.serving[this.writeCount % this.serving.length];
      if (!process) throw new Error('nobody serves');
      await (this.#underWay = this.#write(process));
      this.writeCount += 1;
    }
  }

  async #write({ Item }: BranchProcess): Promise<void> {
    const name = `counter ${this.writeCount % NAMES.length}`;
    await Item.create({ name: `written ${this.writeCount}`, n: 1 });
    await Item.updateOne({ name }, { $inc: { n: 1 } });
  }
}

describe('a rolling restart', () => {
  it('lets writes go on, loses nothing and does nothing twice: a new process starts, then the old one stops', async () => {
    let old = await started();
    await old.Item.create(NAMES.map((name) => ({ name, n: 0 })));
    const traffic = new Traffic([old]);
    for (let round = 0; round < ROUNDS; round += 1) {
      await traffic.goesOn();
      const next = await started();
      await traffic.serveBy(old, next);
      await traffic.goesOn();
      await traffic.serveBy(next);
      await old.end();
      await waitFor(() => next.sync.status().state === 'running', { what: 'the new process to lead' });
      old = next;
    }
    await traffic.goesOn();
    await traffic.end();
    await old.sync.idle();
    await other.sync.idle();
    await world.equal();
    const counters = await other.Item.find({ name: { $in: NAMES } }).lean();
    expect(counters.reduce((sum, { n = 0 }) => sum + n, 0)).toBe(traffic.writeCount);
    expect(await other.Item.countDocuments({ n: 1, name: /^written/ })).toBe(traffic.writeCount);
    expect(await other.Item.countDocuments()).toBe(traffic.writeCount + NAMES.length);
    expect(await old.sync.conflicts.list()).toEqual([]);
  }, 60_000);
});
