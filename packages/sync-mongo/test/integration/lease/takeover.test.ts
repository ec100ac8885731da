import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Mongoose, Schema } from 'mongoose';
import { createSync } from '../../../src/index.js';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const PROGRAM = join(process.cwd(), 'test/integration/fixtures/leading-process.mjs');
const TAKEOVER_MS = 10_000;

let world: TwoBranches;
let at: { readonly localUri: string; readonly atlasUri: string };
let leader: ChildProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  at = { localUri: world.databases.branches[0]?.uri ?? '', atlasUri: world.databases.atlas.uri };
});
afterEach(() => {
  leader.kill('SIGKILL');
});
afterAll(async () => world.stop());

/** A process of its own that runs the branch's engine, with default settings. */
async function startLeader(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, at.localUri, at.atlasUri], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as readonly Buffer[];
  expect(String(said)).toBe('leading\n');
  return child;
}

/** Another process of the branch, with default settings. */
async function startSecond() {
  const mongoose = new Mongoose();
  const sync = createSync({ mongoose, atlas: { uri: at.atlasUri } });
  const Item = mongoose.model('Item', new Schema({ name: String }));
  await mongoose.connect(at.localUri);
  await sync.start();
  await waitFor(() => sync.status().state === 'standby', { what: 'the second process to stand by' });
  const end = async (): Promise<void> => {
    await sync.stop();
    await mongoose.disconnect();
  };
  return { Item, end };
}

/** The holder has just shown life: nobody can have a shorter time to notice that it shows none any more. */
async function nextBeat(): Promise<void> {
  const lease = world.a.local.collection<{ _id: string; beat: number }>('_sync_metadata');
  const beat = async (): Promise<number> => (await lease.findOne({ _id: 'lease' }))?.beat ?? 0;
  const before = await beat();
  await waitFor(async () => (await beat()) !== before, { what: 'the next beat', everyMs: 5 });
}

describe('a branch of two processes with default settings, when kill -9 ends the one that runs the engine', () => {
  it.each([
    ['first', 0],
    ['second', 0.9],
  ])(
    'has a write of the other one on Atlas within 10 s of the kill: the %s of two moments',
    async (name, beats) => {
      leader = await startLeader();
      const second = await startSecond();
      await nextBeat();
      const atMs = performance.now() + beats * 1_000;
      await waitFor(() => performance.now() >= atMs, { what: 'the moment', everyMs: 5 });
      const killedAt = performance.now();
      leader.kill('SIGKILL');
      const { _id } = await second.Item.create({ name });
      await waitFor(() => world.atlas.collection('items').findOne({ _id }), {
        what: 'the write to reach Atlas',
        timeoutMs: 3 * TAKEOVER_MS,
      });
      const takenMs = performance.now() - killedAt;
      await second.end();
      expect(takenMs).toBeLessThanOrEqual(TAKEOVER_MS);
    },
    120_000,
  );
});
