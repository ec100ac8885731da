import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { raw, rawWithId } from '../../unit/bson/raw-bson.js';
import { unwritableField } from '../../unit/bson/unwritable-bson.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { hexOf, insertedAsTheyAre } from './server-probe.js';
import { wholeStored } from './whole-stored.js';

const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await Promise.all([a.sync.start(), b.sync.start()]);
});
afterAll(async () => world.stop());

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle({ timeoutMs: TIMEOUT_MS });
  await world.equal();
}

const good = [1, 2, 3].map((i) => rawWithId(raw.string(`good ${i}`), [['10', raw.int64(1n)]]));

describe('a document with a value that the driver would alter', () => {
  const bad = fc.sample(unwritableField, 60).map((field, i) => rawWithId(raw.int32(i), [field]));

  const held = ({ sync }: BranchProcess) => sync.quarantine.list({ collection: 'items', limit: 100 });

  /** Some are refused by the server before: what it does not even let be marked. */
  async function quarantineOf(branch: BranchProcess, count: number): Promise<void> {
    await waitFor(async () => (await held(branch)).length === count, { what: `${count} in quarantine` });
    const codes = new Set((await held(branch)).map(({ code }) => code));
    codes.delete('SYNC_WRITE_REFUSED');
    expect([...codes]).toEqual(count === 0 ? [] : ['SYNC_WRITE_NOT_EXACT']);
  }

  it(
    'stays on Atlas as it is and waits in quarantine on the branches, blocking no other',
    async () => {
      const place = { db: world.atlas, server: world.databases.atlas, collection: 'items' };
      const exact = await insertedAsTheyAre(place, [...bad, ...good]);
      const stuck = bad.filter((bytes) => exact.has(hexOf(bytes)));
      for (const branch of [a, b]) await quarantineOf(branch, stuck.length);
      for (const { sync } of [a, b]) await sync.idle({ timeoutMs: TIMEOUT_MS });
      for (const { local } of [world.a, world.b])
        expect(await wholeStored(local)).toEqual(good.map(hexOf).toSorted());
      expect(await wholeStored(world.atlas)).toEqual([...exact].toSorted());
      const [entry] = await a.sync.quarantine.list({ collection: 'items' });
      if (entry) expect(await a.sync.quarantine.get(entry.id)).toMatchObject({ document: { _id: {} } });
      await world.atlas.collection('items').deleteMany({});
      for (const branch of [a, b]) await quarantineOf(branch, 0);
      await rest();
    },
    TIMEOUT_MS,
  );

  it(
    'stays on the branch where it was written, held and in quarantine, blocking no other',
    async () => {
      const [server] = world.databases.branches;
      if (!server) throw new Error('two branches were started');
      const exact = await insertedAsTheyAre({ db: world.a.local, server, collection: 'items' }, [
        ...bad,
        ...good,
      ]);
      const stuck = bad.filter((bytes) => exact.has(hexOf(bytes)));
      const isMarked = { '_syncMeta.held': { $exists: true } };
      const marked = async () => world.a.local.collection('items').countDocuments(isMarked);
      // Written last, past capture: once they are there, Local's stream has shown all others.
      await waitFor(async () => (await world.atlas.collection('items').countDocuments()) === good.length, {
        what: 'the others on Atlas',
      });
      await waitFor(async () => (await held(a)).length === (await marked()) && (await marked()) > 0, {
        what: 'what can be marked to be held',
      });
      for (const { sync } of [a, b]) await sync.idle({ timeoutMs: TIMEOUT_MS });
      await quarantineOf(a, await marked());
      expect(stuck.length).toBeGreaterThanOrEqual(await marked());
      expect(await wholeStored(world.a.local)).toEqual([...exact].toSorted());
      for (const db of [world.atlas, world.b.local])
        expect(await wholeStored(db)).toEqual(good.map(hexOf).toSorted());
    },
    TIMEOUT_MS,
  );
});

describe('a document with such a value that is corrected by an edit', () => {
  it('travels then, and its other values are as they were', async () => {
    for (const db of [world.atlas, world.a.local]) await db.collection('items').deleteMany({});
    await rest();
    const large = ['n', raw.int64(2n ** 60n + 1n)] as const;
    const broken = rawWithId(raw.string('mended'), [['when', raw.date(2n ** 62n)], large]);
    const place = { db: world.atlas, server: world.databases.atlas, collection: 'items' };
    expect((await insertedAsTheyAre(place, [broken])).size).toBe(1);
    const isOfIt = ({ documentId }: { readonly documentId: string }) => documentId.endsWith('mended');
    const entry = await waitFor(async () => (await a.sync.quarantine.list()).find(isOfIt) ?? null, {
      what: 'the entry',
    });
    const { document } = JSON.parse(JSON.stringify(await a.sync.quarantine.get(entry.id))) as {
      readonly document: Record<string, unknown>;
    };
    await a.sync.quarantine.edit(entry.id, { ...document, when: { $date: '2026-01-01T00:00:00Z' } });
    await rest();
    const mended = rawWithId(raw.string('mended'), [['when', raw.date(1_767_225_600_000n)], large]);
    expect(await wholeStored(world.b.local)).toEqual([hexOf(mended)]);
    for (const { sync } of [a, b])
      await waitFor(async () => !(await sync.quarantine.list()).some(isOfIt), { what: 'the entry to go' });
  });
});

describe('a document whose _id the driver would alter', () => {
  it(
    'stays where it was written, is told of once, and holds up neither the stream, nor a comparison, nor any other document',
    async () => {
      for (const db of [world.atlas, world.a.local]) await db.collection('items').deleteMany({});
      await rest();
      const far = 9_000_000_000_000_000n;
      const odd = [rawWithId(raw.date(far), []), rawWithId(raw.date(far + 1n), [])];
      const place = { db: world.atlas, server: world.databases.atlas, collection: 'items' };
      const exact = await insertedAsTheyAre(place, [...odd, ...good]);
      for (const { sync } of [a, b]) await sync.idle({ timeoutMs: TIMEOUT_MS });
      await waitFor(async () => (await wholeStored(world.b.local)).length === good.length, {
        what: 'the others to arrive',
      });
      const report = await a.sync.fullSync({ collections: ['items'] });
      expect(report).toMatchObject({ state: 'completed' });
      const stuck = odd.filter((bytes) => exact.has(hexOf(bytes)));
      expect(stuck.length).toBeGreaterThan(0);
      const entries = await a.sync.quarantine.list({ collection: 'items' });
      const told = entries.filter(({ documentId }) => documentId.startsWith('raw:'));
      expect(told.map(({ code, attemptCount }) => [code, attemptCount])).toEqual(
        stuck.map(() => ['SYNC_WRITE_NOT_EXACT', 1]),
      );
      const id = told[0]?.id ?? '';
      expect(await a.sync.quarantine.get(id)).toMatchObject({ document: { _id: {} } });
      await expect(a.sync.quarantine.edit(id, { name: 'mended' })).rejects.toMatchObject({
        code: 'SYNC_WRITE_NOT_EXACT',
      });
      expect(await wholeStored(world.a.local)).toEqual(good.map(hexOf).toSorted());
      expect(await wholeStored(world.atlas)).toEqual([...exact].toSorted());
    },
    TIMEOUT_MS,
  );
});
