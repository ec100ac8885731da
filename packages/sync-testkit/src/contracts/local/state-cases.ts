import assert from 'node:assert/strict';
import { type Expected } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { proveWithin } from '../within.js';
import { type ContractDocument, type LocalSideFixture } from './local-side-fixture.js';
import { assertHolds, clean, dirty, INFO, look, pulled, stateOf } from './local-steps.js';

async function remove(
  { side }: LocalSideFixture,
  { key }: ContractDocument,
  entry: { readonly expected: Expected; readonly deleting?: boolean },
): Promise<unknown> {
  const [done] = await side.run({ side: 'local', op: 'remove', entries: [{ key, ...entry }] });
  return done;
}

/** Storing, inserting and removing whole states. */
export const stateCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'reads as many documents as fit, one at least, and says which are for later',
    async prove(fixture) {
      const [one, two] = [fixture.document(1, 'a'), fixture.elsewhere(2, 'b')];
      await fixture.write(one, stampAt(1));
      await fixture.write(two, stampAt(2));
      const entries = [one.key, fixture.document(9, '').key, two.key];
      await proveWithin((maxBytes) =>
        fixture.side.run({ side: 'local', op: 'readWithin', entries, maxBytes }),
      );
    },
  },
  {
    name: 'reads only the marks of documents, in the order of the keys',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'clean'), stampAt(1));
      await pulled(fixture, fixture.document(2, 'marked'), stampAt(2));
      await fixture.mark(fixture.document(2, '').key, stampAt(3));
      await fixture.write(fixture.elsewhere(3, 'new'), stampAt(4));
      const entries = [
        fixture.elsewhere(3, ''),
        fixture.document(9, ''),
        fixture.document(1, ''),
        fixture.document(2, ''),
      ];
      const found = await fixture.side.run({
        side: 'local',
        op: 'readMarks',
        entries: entries.map(({ key }) => key),
      });
      const marks = found.map((each) => each && [each.stamp, each.dirty, each.held, each.deleting]);
      assert.deepEqual(marks, [
        [null, stampAt(4), false, false],
        null,
        [stampAt(1), null, false, false],
        [stampAt(2), stampAt(3), false, true],
      ]);
    },
  },
  {
    name: 'replaces a document by a new local write on the version that it names',
    async prove(fixture) {
      await fixture.write(fixture.elsewhere(2, 'mine'), stampAt(2));
      const merged = fixture.elsewhere(2, 'of both');
      const state = { ...stateOf(fixture, merged, stampAt(6)), dirty: stampAt(3) };
      const entries = [{ key: merged.key, expected: dirty(null, stampAt(2)), state }];
      assert.deepEqual(await fixture.side.run({ side: 'local', op: 'store', entries }), [true]);
      await assertHolds(fixture, merged, dirty(stampAt(6), stampAt(3)));
    },
  },
  {
    name: 'replaces a document by a clean state where its marks are as they were looked at',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'old'), stampAt(1));
      await fixture.write(fixture.elsewhere(2, 'mine'), stampAt(2));
      const [taken, over] = [fixture.document(1, 'taken'), fixture.elsewhere(2, 'theirs')];
      const entries = [
        { key: taken.key, expected: clean(stampAt(1)), state: stateOf(fixture, taken, stampAt(5)) },
        { key: over.key, expected: dirty(null, stampAt(2)), state: stateOf(fixture, over, stampAt(6)) },
      ];
      assert.deepEqual(await fixture.side.run({ side: 'local', op: 'store', entries }), [true, true]);
      const { info, edited } = await assertHolds(fixture, taken, clean(stampAt(5)));
      assert.deepEqual([info, edited], [INFO, false]);
      await assertHolds(fixture, over, clean(stampAt(6)));
    },
  },
  {
    name: 'does not replace what was written since, nor what is gone',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'old'), stampAt(1));
      const written = fixture.document(1, 'written');
      await fixture.write(written, stampAt(2));
      const entries = [written, fixture.document(2, '')].map((document) => ({
        key: document.key,
        expected: clean(stampAt(1)),
        state: stateOf(fixture, document, stampAt(5)),
      }));
      assert.deepEqual(await fixture.side.run({ side: 'local', op: 'store', entries }), [false, false]);
      await assertHolds(fixture, written, dirty(stampAt(1), stampAt(2)));
      assert.equal(await look(fixture, fixture.document(2, '').key), null);
    },
  },
  {
    name: 'inserts a clean state only where no document is',
    async prove(fixture) {
      const present = fixture.document(1, 'mine');
      await fixture.write(present, stampAt(1));
      const [theirs, absent] = [fixture.document(1, 'theirs'), fixture.elsewhere(1, 'theirs')];
      const entries = [theirs, absent].map((document) => ({
        key: document.key,
        state: stateOf(fixture, document, stampAt(5)),
      }));
      assert.deepEqual(await fixture.side.run({ side: 'local', op: 'insert', entries }), [false, true]);
      await assertHolds(fixture, present, dirty(null, stampAt(1)));
      await assertHolds(fixture, absent, clean(stampAt(5)));
    },
  },
  {
    name: 'stores what logic made of a version as a local write on it, where a document is and where none is',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'old'), stampAt(1));
      const [over, anew] = [fixture.document(1, 'computed'), fixture.elsewhere(2, 'computed')];
      const [id, base] = [stampAt(6), stampAt(5)];
      const derived = (document: ContractDocument) => {
        const version = stateOf(fixture, fixture.document(1, 'as it came'), base);
        return { ...version, body: document.body, dirty: id, derived: true };
      };
      const entry = { key: over.key, expected: clean(stampAt(1)), state: derived(over) };
      assert.deepEqual(await fixture.side.run({ side: 'local', op: 'store', entries: [entry] }), [true]);
      const entries = [{ key: anew.key, state: derived(anew) }];
      assert.deepEqual(await fixture.side.run({ side: 'local', op: 'insert', entries }), [true]);
      for (const document of [over, anew]) {
        const { derived: isDerived, unchanged } = await assertHolds(fixture, document, dirty(base, id));
        assert.deepEqual([isDerived, unchanged], [true, false]);
      }
    },
  },
  {
    name: 'removes a document only where its marks are as they were looked at',
    async prove(fixture) {
      const document = fixture.document(1, 'x');
      await pulled(fixture, document, stampAt(1));
      assert.equal(await remove(fixture, document, { expected: clean(stampAt(2)) }), false);
      assert.equal(await remove(fixture, document, { expected: clean(null) }), false);
      await fixture.write(document, stampAt(3));
      assert.equal(await remove(fixture, document, { expected: clean(stampAt(1)) }), false);
      await assertHolds(fixture, document, dirty(stampAt(1), stampAt(3)));
      assert.equal(await remove(fixture, document, { expected: dirty(stampAt(1), stampAt(3)) }), true);
      assert.equal(await look(fixture, document.key), null);
    },
  },
  {
    name: 'removes a document that a delete marked only while the mark stands',
    async prove(fixture) {
      const document = fixture.document(1, 'x');
      await pulled(fixture, document, stampAt(1));
      await fixture.mark(document.key, stampAt(2));
      assert.equal((await look(fixture, document.key))?.deleting, true);
      await fixture.write(document, stampAt(3));
      const marked = { expected: dirty(stampAt(1), stampAt(2)), deleting: true };
      assert.equal(await remove(fixture, document, marked), false);
      await fixture.mark(document.key, stampAt(4));
      const again = { expected: dirty(stampAt(1), stampAt(4)), deleting: true };
      assert.equal(await remove(fixture, document, again), true);
      assert.equal(await look(fixture, document.key), null);
    },
  },
  {
    name: 'shows a document whose bytes are not those of its digest as edited, or as unchanged by its write',
    async prove(fixture) {
      const document = fixture.document(1, 'x');
      await pulled(fixture, document, stampAt(1));
      await fixture.write(document, stampAt(2));
      assert.equal((await look(fixture, document.key))?.unchanged, true);
      const other = fixture.document(1, 'y');
      await fixture.write(other, stampAt(3));
      assert.equal((await look(fixture, document.key))?.unchanged, false);
      const set = { dirty: null, held: false };
      const expected = dirty(stampAt(1), stampAt(3));
      await fixture.side.run({ side: 'local', op: 'amend', entries: [{ key: other.key, expected, set }] });
      assert.equal((await look(fixture, document.key))?.edited, true);
    },
  },
  {
    name: 'rewrites a content as a new write on the same base, held or not, and misses one that was written since',
    async prove(fixture) {
      const document = fixture.document(1, 'before');
      await pulled(fixture, document, stampAt(1));
      await fixture.write(fixture.document(1, 'written'), stampAt(2));
      const hold = { key: document.key, expected: dirty(stampAt(1), stampAt(2)), set: { held: true } };
      await fixture.side.run({ side: 'local', op: 'amend', entries: [hold] });
      const held = { stamp: stampAt(1), dirty: stampAt(2), held: true };
      const rewrite = (text: string, number: number): Promise<readonly unknown[]> => {
        const { key, body } = fixture.document(1, text);
        const entries = [{ key, expected: held, dirty: stampAt(number), body }];
        return fixture.side.run({ side: 'local', op: 'rewrite', entries });
      };
      assert.deepEqual(await rewrite('again', 3), [true]);
      const marks = { stamp: stampAt(1), dirty: stampAt(3), held: false };
      await assertHolds(fixture, fixture.document(1, 'again'), marks);
      assert.deepEqual(await rewrite('too late', 4), [false]);
      await assertHolds(fixture, fixture.document(1, 'again'), marks);
    },
  },
  {
    name: 'writes a content anew where no document is, as a local write without a base, and misses where one is',
    async prove(fixture) {
      const write = (text: string, number: number): Promise<readonly unknown[]> => {
        const { key, body } = fixture.document(1, text);
        const entries = [{ key, expected: null, dirty: stampAt(number), body }];
        return fixture.side.run({ side: 'local', op: 'rewrite', entries });
      };
      assert.deepEqual(await write('back', 2), [true]);
      assert.deepEqual(await write('too late', 3), [false]);
      await assertHolds(fixture, fixture.document(1, 'back'), dirty(null, stampAt(2)));
    },
  },
];
