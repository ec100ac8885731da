import assert from 'node:assert/strict';
import { type AmendEntry, type Expected } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type ContractDocument, type LocalSideFixture } from './local-side-fixture.js';
import { assertHolds, clean, dirty, INFO, pulled } from './local-steps.js';

async function amend(
  { side }: LocalSideFixture,
  { key }: ContractDocument,
  change: Pick<AmendEntry, 'expected' | 'set' | 'orWrittenSince'>,
): Promise<boolean> {
  const [done] = await side.run({ side: 'local', op: 'amend', entries: [{ key, ...change }] });
  return done === true;
}

/** A document that the application edited: `stampAt(1)` pulled, `stampAt(2)` written. */
async function edited(fixture: LocalSideFixture): Promise<ContractDocument> {
  await pulled(fixture, fixture.document(1, 'old'), stampAt(1));
  const document = fixture.document(1, 'edited');
  await fixture.write(document, stampAt(2));
  return document;
}

/** Conditional changes of marks. */
export const amendCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'moves the base, with its digest and numbers, and leaves the dirty id',
    async prove(fixture) {
      const document = await edited(fixture);
      const digest = fixture.digestOf(document.body);
      const base = { stamp: stampAt(7), digest, info: INFO };
      assert.equal(
        await amend(fixture, document, { expected: dirty(stampAt(1), stampAt(2)), set: { base } }),
        true,
      );
      const { info, unchanged } = await assertHolds(fixture, document, dirty(stampAt(7), stampAt(2)));
      assert.deepEqual(info, INFO);
      assert.equal(unchanged, true, 'its bytes are those of the new base');
    },
  },
  {
    name: 'removes the digest where the new base has none',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'same'), stampAt(1));
      const document = fixture.document(1, 'same');
      await fixture.write(document, stampAt(2));
      assert.equal((await assertHolds(fixture, document, dirty(stampAt(1), stampAt(2)))).unchanged, true);
      const set = { base: { stamp: stampAt(3), digest: null, info: INFO } };
      assert.equal(await amend(fixture, document, { expected: dirty(stampAt(1), stampAt(2)), set }), true);
      const { unchanged } = await assertHolds(fixture, document, dirty(stampAt(3), stampAt(2)));
      assert.equal(unchanged, false);
    },
  },
  {
    name: 'moves the base under what the application has written since on the same one, where it is told to',
    async prove(fixture) {
      await edited(fixture);
      const later = fixture.document(1, 'later');
      await fixture.write(later, stampAt(4));
      const change = {
        expected: dirty(stampAt(1), stampAt(2)),
        set: { base: { stamp: stampAt(3), digest: null, info: INFO } },
      };
      assert.equal(await amend(fixture, later, change), false);
      assert.equal(await amend(fixture, later, { ...change, orWrittenSince: true }), true);
      await assertHolds(fixture, later, dirty(stampAt(3), stampAt(4)));
      const again = {
        ...change,
        set: { base: { ...change.set.base, stamp: stampAt(9) } },
        orWrittenSince: true,
      };
      assert.equal(await amend(fixture, later, again), false, 'it has another base by now');
    },
  },
  {
    name: 'leaves the base of a document that is being deleted, and of a clean one, even so',
    async prove(fixture) {
      const deleted = await edited(fixture);
      await fixture.mark(deleted.key, stampAt(5));
      await pulled(fixture, fixture.document(2, 'taken'), stampAt(1));
      const base = { stamp: stampAt(3), digest: null, info: INFO };
      const change = { expected: dirty(stampAt(1), stampAt(2)), set: { base }, orWrittenSince: true };
      assert.equal(await amend(fixture, deleted, change), false);
      assert.equal(await amend(fixture, fixture.document(2, 'taken'), change), false);
      await assertHolds(fixture, fixture.document(2, 'taken'), clean(stampAt(1)));
    },
  },
  {
    name: 'takes the base away with its digest, and gives another dirty id',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'same'), stampAt(1));
      const document = fixture.document(1, 'same');
      const set = { base: null, dirty: stampAt(1), held: false };
      assert.equal(await amend(fixture, document, { expected: clean(stampAt(1)), set }), true);
      const { unchanged } = await assertHolds(fixture, document, dirty(null, stampAt(1)));
      assert.equal(unchanged, false);
    },
  },
  {
    name: 'makes a document clean, with or without a new base',
    async prove(fixture) {
      const document = await edited(fixture);
      const set = { dirty: null, held: false };
      assert.equal(await amend(fixture, document, { expected: dirty(stampAt(1), stampAt(2)), set }), true);
      await assertHolds(fixture, document, clean(stampAt(1)));
      await fixture.write(document, stampAt(3));
      const base = { stamp: stampAt(4), digest: fixture.digestOf(document.body), info: INFO };
      const both = { base, dirty: null, held: false };
      assert.equal(
        await amend(fixture, document, { expected: dirty(stampAt(1), stampAt(3)), set: both }),
        true,
      );
      assert.equal((await assertHolds(fixture, document, clean(stampAt(4)))).edited, false);
    },
  },
  {
    name: 'gives a document another dirty id',
    async prove(fixture) {
      const document = await edited(fixture);
      const set = { dirty: stampAt(5) };
      assert.equal(await amend(fixture, document, { expected: dirty(stampAt(1), stampAt(2)), set }), true);
      await assertHolds(fixture, document, dirty(stampAt(1), stampAt(5)));
    },
  },
  {
    name: 'holds a write, lets it go, and ends the hold at the next write of the application',
    async prove(fixture) {
      const document = await edited(fixture);
      const free = dirty(stampAt(1), stampAt(2));
      const held = { ...free, held: true };
      assert.equal(await amend(fixture, document, { expected: free, set: { held: true } }), true);
      await assertHolds(fixture, document, held);
      assert.equal(await amend(fixture, document, { expected: held, set: { held: false } }), true);
      await assertHolds(fixture, document, free);
      assert.equal(await amend(fixture, document, { expected: free, set: { held: true } }), true);
      await fixture.write(document, stampAt(3));
      await assertHolds(fixture, document, dirty(stampAt(1), stampAt(3)));
    },
  },
  {
    name: 'moves the base of a held write, and makes it clean',
    async prove(fixture) {
      const document = await edited(fixture);
      await amend(fixture, document, { expected: dirty(stampAt(1), stampAt(2)), set: { held: true } });
      const base = { stamp: stampAt(5), digest: null, info: INFO };
      const held = { ...dirty(stampAt(1), stampAt(2)), held: true };
      assert.equal(await amend(fixture, document, { expected: held, set: { base } }), true);
      await assertHolds(fixture, document, { ...held, stamp: stampAt(5) });
      const set = { dirty: null, held: false };
      assert.equal(await amend(fixture, document, { expected: { ...held, stamp: stampAt(5) }, set }), true);
      await assertHolds(fixture, document, clean(stampAt(5)));
    },
  },
  {
    name: 'misses where a mark is not as it was looked at, or the document is gone',
    async prove(fixture) {
      const document = await edited(fixture);
      const marks = dirty(stampAt(1), stampAt(2));
      const set = { dirty: stampAt(9) };
      const others: readonly Expected[] = [
        { ...marks, stamp: stampAt(3) },
        { ...marks, stamp: null },
        { ...marks, dirty: stampAt(3) },
        clean(stampAt(1)),
        { ...marks, held: true },
      ];
      for (const expected of others)
        assert.equal(await amend(fixture, document, { expected, set }), false, JSON.stringify(expected));
      await assertHolds(fixture, document, marks);
      assert.equal(await amend(fixture, fixture.document(2, ''), { expected: marks, set }), false);
    },
  },
];
