import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { latest, type Stamp } from '@bomba/sync-core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Db, type Document } from 'mongodb';
import { fromBinary } from '../../../src/bson/stamp-binary.js';
import { systemClock } from '../../../src/system/system-clock.js';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const PROGRAM = join(process.cwd(), 'test/integration/fixtures/issuing-process.mjs');
const HOURS_MS = 7_200_000;

let world: TwoBranches;
let child: ChildProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  await world.atlas.command({ collMod: 'items', validator: { name: { $ne: 'held' } } });
});
afterEach(() => {
  child.kill('SIGKILL');
});
afterAll(async () => world.stop());

/** A process issues an id in that way, and is killed. */
async function issueAndDie(way: string): Promise<void> {
  const uris = [world.databases.branches[0]?.uri ?? '', world.databases.atlas.uri];
  child = spawn(process.execPath, [PROGRAM, ...uris, way], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await once(
    child.stdout as NonNullable<ChildProcess['stdout']>,
    'data',
  )) as readonly Buffer[];
  expect(String(said)).toBe('issued\n');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** The latest of all ids that either side holds. */
async function latestIssued(): Promise<Stamp> {
  const found = await Promise.all([world.a.local, world.atlas].map(idsIn));
  const id = latest(...found.flat());
  if (!id) throw new Error('none was issued');
  return id;
}

async function idsIn(db: Db): Promise<readonly (Stamp | null)[]> {
  const items = await db.collection('items').find().toArray();
  const tombstones = await db.collection('_sync_tombstones').find().toArray();
  const metas = items.map(({ _syncMeta }) => (_syncMeta ?? {}) as Document);
  const stored: unknown[] = [
    ...metas.flatMap(({ stamp, dirty, held }) => [stamp, dirty, held] as unknown[]),
    ...tombstones.flatMap(({ stamp, pending }) => [stamp, pending] as unknown[]),
  ];
  return stored.map(fromBinary);
}

describe('a process that begins after a kill -9, with the clock put back by two hours', () => {
  it.each(['waiting', 'pushed', 'held', 'deleted', 'deleted, which waits'])(
    'issues ids above those issued before: of what was %s',
    async (way) => {
      await issueAndDie(way);
      const before = await latestIssued();
      const next = await world.a.open({
        atlas: {},
        clock: { ...systemClock, now: () => Date.now() - HOURS_MS },
      });
      await next.sync.start();
      const { _id } = await next.Item.create({ name: 'next' });
      const written = await world.a.local.collection('items').findOne({ _id });
      const id = fromBinary((written?.['_syncMeta'] as Document)['dirty']);
      await next.sync.resume();
      await next.end();
      expect(id && id > before).toBe(true);
    },
    60_000,
  );
});
