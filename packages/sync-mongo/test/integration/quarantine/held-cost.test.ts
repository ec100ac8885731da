import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, BSON, type CommandStartedEvent, type Document } from 'mongodb';
import { createDocumentKey, HybridClock, type Stamp } from '@bomba/sync-core';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { systemClock } from '../../../src/system/system-clock.js';
import { systemRandom } from '../../../src/system/system-random.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const HELD = Number(process.env['BOMBA_HELD_DOCUMENTS'] ?? 3_000);
const PUSHED = 300;
const ROUNDS = 3;
/** How much slower a push may seem, on a machine that does other things too. */
const MAX_RATIO = 3;
const PAGE = 1_000;

let world: TwoBranches;
let a: BranchProcess;
/** What was asked of the collection on Local. */
const asked: Document[] = [];

beforeAll(async () => {
  world = await startTwoBranches();
  a = await world.a.open({ queue: { scanIntervalMs: 1_000 } });
  await a.sync.start();
  await a.sync.idle();
  a.mongoose.connection.getClient().on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
    if (commandName === 'find' && command['find'] === 'items') asked.push(command);
  });
});
afterAll(async () => world.stop());

/** Documents that Atlas has refused, as push leaves them. */
async function hold(): Promise<void> {
  const clock = new HybridClock({ clock: systemClock, random: systemRandom });
  for (let first = 0; first < HELD; first += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, HELD - first) }, (_, i) => ({
      name: `held ${first + i}`,
      stamp: clock.next(),
    }));
    await world.a.local
      .collection<{ _id: string }>('items')
      .insertMany(page.map(({ name, stamp }) => ({ _id: name, name, _syncMeta: { held: toBinary(stamp) } })));
    await world.a.local.collection<{ _id: string }>('_sync_quarantine').insertMany(page.map(entryOf));
  }
}

function entryOf({
  name,
  stamp,
}: {
  readonly name: string;
  readonly stamp: Stamp;
}): Document & { _id: string } {
  const key = createDocumentKey('items', `str:${name}`);
  const now = new Date();
  return {
    ...{ _id: `local-to-atlas ${key}`, collection: 'items', documentId: `str:${name}`, key, stamp },
    ...{ direction: 'local-to-atlas', waits: 'in-place', code: 'SYNC_WRITE_VALIDATION', reason: 'No.' },
    ...{ state: new Binary(BSON.serialize({ _id: name, name })), parts: [], byteCount: 40 },
    ...{ attemptCount: 1, firstAt: now, recordedAt: now },
  };
}

/** How long the quickest of some pushes takes, in ms. */
async function pushMs(): Promise<number> {
  const tookMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    await a.Item.insertMany(Array.from({ length: PUSHED }, (_, n) => ({ n })));
    await a.sync.idle({ timeoutMs: 60_000 });
    tookMs.push(performance.now() - startedMs);
  }
  return Math.min(...tookMs);
}

const idsOf = ({ filter }: Document): readonly unknown[] => {
  const { _id } = filter as { readonly _id?: { readonly $in?: readonly unknown[] } };
  return _id?.$in ?? [_id];
};
const isOfHeld = (command: Document): boolean => idsOf(command).some((id) => String(id).startsWith('held '));

describe(`${HELD} documents that are held`, () => {
  it('do not slow a push, which reads none of them, nor does anything else read what they hold', async () => {
    const beforeMs = await pushMs();
    await hold();
    asked.length = 0;
    const afterMs = await pushMs();
    process.stdout.write(
      `${PUSHED} documents pushed in ${Math.round(beforeMs)} ms, with ${HELD} held in ${Math.round(afterMs)} ms\n`,
    );
    expect(afterMs).toBeLessThan(beforeMs * MAX_RATIO);
    expect(asked.length).toBeGreaterThan(ROUNDS);
    const ofHeld = asked.filter(isOfHeld);
    expect(ofHeld.filter(({ projection }) => JSON.stringify(projection) !== '{"_syncMeta":1}')).toEqual([]);
    // The quarantine's own round looks at their marks, a page at a time.
    expect(Math.max(0, ...ofHeld.map((command) => idsOf(command).length))).toBeLessThanOrEqual(200);
    expect((await a.sync.health()).checks.find(({ name }) => name === 'quarantine')?.message).toContain(
      String(HELD),
    );
  }, 300_000);
});
