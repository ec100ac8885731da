import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { shareDocuments } from './stamped-documents.js';

const PROGRAM = join(process.cwd(), 'test/integration/fixtures/measured-process.mjs');
const COUNT = Number(process.env['BOMBA_HELD_DOCUMENTS'] ?? 30_000);
const PAD_BYTES = 1_000;
const MEBIBYTE = 1024 * 1024;
/** What a full sync may hold, whatever the size; of a small collection less than it has, so that holding on to it would show. */
const MAX_HELD = Math.min(64 * MEBIBYTE, COUNT * PAD_BYTES);
/** So many documents are missing on Local when the process begins. */
const MISSING = COUNT / 10;

let world: TwoBranches;

beforeAll(async () => {
  world = await startTwoBranches();
  await shareDocuments([world.a.local, world.atlas], 'items', COUNT, { digests: true, padBytes: PAD_BYTES });
}, 120_000);
afterAll(async () => world.stop());

interface Measured extends Pick<FullSyncReport, 'collections'> {
  readonly heldBytes: number;
}

/** What a process holds that meets Atlas, pulls what is missing, and compares both sides once more. */
async function measure(...more: readonly string[]): Promise<Measured> {
  await world.a.local.collection('items').deleteMany({ n: { $lt: MISSING } });
  await world.a.local.collection('_sync_metadata').deleteMany({});
  const [branch] = world.databases.branches;
  const args = ['--expose-gc', PROGRAM, branch?.uri ?? '', world.databases.atlas.uri, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const measured = JSON.parse(stdout) as Measured;
  const held = (measured.heldBytes / MEBIBYTE).toFixed(1);
  process.stderr.write(`held at most ${held} MiB more, of ${COUNT} documents ${more.join()}\n`);
  return measured;
}

describe('what a process holds while both sides are compared', () => {
  it('stays below what a full sync may hold', async () => {
    const { heldBytes, collections } = await measure();
    expect(collections).toMatchObject([{ comparedCount: COUNT, differentCount: 0 }]);
    expect(heldBytes).toBeLessThan(MAX_HELD);
  }, 300_000);

  it('would not, where something held on to what it reads: the measure can tell', async () => {
    expect((await measure('leak')).heldBytes).toBeGreaterThan(MAX_HELD);
  }, 300_000);
});
