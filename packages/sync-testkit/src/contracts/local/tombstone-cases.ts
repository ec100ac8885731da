import assert from 'node:assert/strict';
import { type LocalTombstone, type Stamp } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type LocalSideFixture } from './local-side-fixture.js';
import { lookAtTombstone } from './local-steps.js';

const NONE: LocalTombstone = {
  stamp: null,
  over: null,
  floor: null,
  pending: null,
  base: null,
  last: null,
};

async function note(
  { side, document }: LocalSideFixture,
  stamp: Stamp,
  over: Stamp | null = null,
): Promise<void> {
  const entries = [{ key: document(1, '').key, stamp, over }];
  await side.run({ side: 'local', op: 'noteTombstone', entries });
}

async function notePending(
  { side, document }: LocalSideFixture,
  deletion: Pick<LocalTombstone, 'base' | 'last'> & { readonly pending: Stamp },
): Promise<void> {
  await side.run({ side: 'local', op: 'notePending', key: document(1, '').key, ...deletion });
}

async function amend(
  { side, document }: LocalSideFixture,
  pending: Stamp,
  set: Partial<LocalTombstone>,
): Promise<boolean> {
  const entries = [{ key: document(1, '').key, pending, set }];
  const [done] = await side.run({ side: 'local', op: 'amendTombstone', entries });
  return done === true;
}

async function assertTombstone(fixture: LocalSideFixture, wanted: Partial<LocalTombstone>): Promise<void> {
  const found = await lookAtTombstone(fixture, fixture.document(1, '').key);
  assert.deepEqual(found, { ...NONE, ...wanted });
}

/** What Local knows of deletions. */
export const tombstoneCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'notes deletions that are on Atlas only upwards',
    async prove(fixture) {
      assert.equal(await lookAtTombstone(fixture, fixture.document(1, '').key), null);
      await note(fixture, stampAt(5));
      await note(fixture, stampAt(3));
      await assertTombstone(fixture, { stamp: stampAt(5) });
      await note(fixture, stampAt(7));
      await assertTombstone(fixture, { stamp: stampAt(7) });
    },
  },
  {
    name: 'notes with a deletion the write that had not seen it, and not again when it is noted once more',
    async prove(fixture) {
      await note(fixture, stampAt(5), stampAt(2));
      await assertTombstone(fixture, { stamp: stampAt(5), over: stampAt(2) });
      await note(fixture, stampAt(5), stampAt(6));
      await assertTombstone(fixture, { stamp: stampAt(5), over: stampAt(2) });
      await note(fixture, stampAt(7), null);
      await assertTombstone(fixture, { stamp: stampAt(7) });
    },
  },
  {
    name: 'records of two deletes of the application the later one as pending, whichever comes last',
    async prove(fixture) {
      await notePending(fixture, { pending: stampAt(2), base: stampAt(1), last: null });
      await notePending(fixture, { pending: stampAt(9), base: stampAt(8), last: stampAt(8) });
      await notePending(fixture, { pending: stampAt(7), base: stampAt(1), last: null });
      await assertTombstone(fixture, { pending: stampAt(9), base: stampAt(8), last: stampAt(8) });
    },
  },
  {
    name: 'has a delete without a base build on the deletion that Local knows of',
    async prove(fixture) {
      await note(fixture, stampAt(5));
      await notePending(fixture, { pending: stampAt(7), base: null, last: stampAt(6) });
      await assertTombstone(fixture, {
        stamp: stampAt(5),
        pending: stampAt(7),
        base: stampAt(5),
        last: stampAt(6),
      });
    },
  },
  {
    name: 'keeps a pending deletion when one on Atlas is noted',
    async prove(fixture) {
      await notePending(fixture, { pending: stampAt(2), base: stampAt(1), last: null });
      await note(fixture, stampAt(6));
      await assertTombstone(fixture, { stamp: stampAt(6), pending: stampAt(2), base: stampAt(1) });
    },
  },
  {
    name: 'changes a pending deletion only where it is the one that was looked at',
    async prove(fixture) {
      assert.equal(await amend(fixture, stampAt(2), { base: stampAt(3) }), false);
      assert.equal(await lookAtTombstone(fixture, fixture.document(1, '').key), null);
      await notePending(fixture, { pending: stampAt(2), base: stampAt(1), last: null });
      assert.equal(await amend(fixture, stampAt(9), { base: stampAt(3) }), false);
      await assertTombstone(fixture, { pending: stampAt(2), base: stampAt(1) });
      assert.equal(await amend(fixture, stampAt(2), { base: stampAt(3) }), true);
      await assertTombstone(fixture, { pending: stampAt(2), base: stampAt(3) });
    },
  },
  {
    name: 'tells of each of many pending deletions whether it was still the one that was looked at',
    async prove({ side, document }) {
      const keys = [1, 2, 3].map((number) => document(number, '').key);
      for (const key of keys)
        await side.run({
          side: 'local',
          op: 'notePending',
          key,
          pending: stampAt(2),
          base: null,
          last: null,
        });
      const set = { stamp: stampAt(2), pending: null };
      const entries = keys.map((key, i) => ({ key, pending: stampAt(i === 1 ? 9 : 2), set }));
      const answer = await side.run({ side: 'local', op: 'amendTombstone', entries });
      assert.deepEqual(answer, [true, false, true]);
      const now = await side.run({ side: 'local', op: 'readTombstones', entries: keys });
      assert.deepEqual(
        now.map((tombstone) => tombstone?.pending),
        [null, stampAt(2), null],
      );
    },
  },
  {
    name: 'moves what is known of deletions only upwards when a pending one is settled or given up',
    async prove(fixture) {
      const settled = { pending: null, base: null, last: null };
      await note(fixture, stampAt(5));
      await notePending(fixture, { pending: stampAt(6), base: null, last: null });
      assert.equal(await amend(fixture, stampAt(6), { ...settled, stamp: stampAt(4) }), true);
      await assertTombstone(fixture, { stamp: stampAt(5) });
      await notePending(fixture, { pending: stampAt(7), base: null, last: null });
      assert.equal(await amend(fixture, stampAt(7), { ...settled, floor: stampAt(7) }), true);
      await assertTombstone(fixture, { stamp: stampAt(5), floor: stampAt(7) });
      await notePending(fixture, { pending: stampAt(8), base: null, last: null });
      assert.equal(
        await amend(fixture, stampAt(8), { ...settled, floor: stampAt(3), stamp: stampAt(8) }),
        true,
      );
      await assertTombstone(fixture, { stamp: stampAt(8), floor: stampAt(7) });
    },
  },
];
