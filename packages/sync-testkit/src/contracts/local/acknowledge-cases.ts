import assert from 'node:assert/strict';
import { type Stamp } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type ContractDocument, type LocalSideFixture } from './local-side-fixture.js';
import { assertHolds, clean, dirty, INFO, look, pulled } from './local-steps.js';

interface Pushed {
  readonly document: ContractDocument;
  readonly dirty: Stamp;
  readonly base: Stamp | null;
  readonly stamp: Stamp;
}

/** What the engine tells Local once those versions are on Atlas. */
function acknowledge({ side, digestOf }: LocalSideFixture, ...pushed: readonly Pushed[]) {
  const entries = pushed.map(({ document: { key, body }, ...version }) => ({
    ...version,
    key,
    digest: digestOf(body),
    info: INFO,
  }));
  return side.run({ side: 'local', op: 'acknowledge', entries });
}

/** Acknowledging what is on Atlas by now. */
export const acknowledgeCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'makes a document clean where its dirty id and its base are those that were pushed',
    async prove(fixture) {
      const inserted = fixture.document(1, 'new');
      await fixture.write(inserted, stampAt(1));
      const edited = fixture.elsewhere(2, 'edited');
      await pulled(fixture, fixture.elsewhere(2, 'old'), stampAt(2));
      await fixture.write(edited, stampAt(3));
      const answers = await acknowledge(
        fixture,
        { document: inserted, dirty: stampAt(1), base: null, stamp: stampAt(1) },
        { document: edited, dirty: stampAt(3), base: stampAt(2), stamp: stampAt(3) },
      );
      assert.deepEqual(answers, ['clean', 'clean']);
      const { info, edited: isEdited } = await assertHolds(fixture, inserted, clean(stampAt(1)));
      assert.deepEqual(info, INFO);
      assert.equal(isEdited, false);
      await assertHolds(fixture, edited, clean(stampAt(3)));
    },
  },
  {
    name: 'only moves the base where the application has written since',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'old'), stampAt(1));
      const pushed = fixture.document(1, 'pushed');
      await fixture.write(pushed, stampAt(2));
      const later = fixture.document(1, 'later');
      await fixture.write(later, stampAt(3));
      const version = { document: pushed, dirty: stampAt(2), base: stampAt(1), stamp: stampAt(2) };
      assert.deepEqual(await acknowledge(fixture, version), ['moved']);
      const { unchanged } = await assertHolds(fixture, later, dirty(stampAt(2), stampAt(3)));
      assert.equal(unchanged, false, 'the digest is that of the new base');
    },
  },
  {
    name: 'misses a document that is being deleted: what its tombstone builds on was read before',
    async prove(fixture) {
      await pulled(fixture, fixture.document(1, 'old'), stampAt(1));
      const pushed = fixture.document(1, 'pushed');
      await fixture.write(pushed, stampAt(2));
      await fixture.mark(pushed.key, stampAt(3));
      const version = { document: pushed, dirty: stampAt(2), base: stampAt(1), stamp: stampAt(2) };
      assert.deepEqual(await acknowledge(fixture, version), ['missed']);
      await assertHolds(fixture, pushed, dirty(stampAt(1), stampAt(3)));
    },
  },
  {
    name: 'misses where the base is another one, where nothing is dirty, and where there is no document',
    async prove(fixture) {
      const rebased = fixture.document(1, 'a');
      await pulled(fixture, rebased, stampAt(5));
      await fixture.write(rebased, stampAt(6));
      const taken = fixture.document(2, 'b');
      await pulled(fixture, taken, stampAt(1));
      const answers = await acknowledge(
        fixture,
        { document: rebased, dirty: stampAt(6), base: stampAt(1), stamp: stampAt(6) },
        { document: taken, dirty: stampAt(2), base: stampAt(1), stamp: stampAt(2) },
        { document: fixture.document(3, ''), dirty: stampAt(2), base: stampAt(1), stamp: stampAt(2) },
      );
      assert.deepEqual(answers, ['missed', 'missed', 'missed']);
      await assertHolds(fixture, rebased, dirty(stampAt(5), stampAt(6)));
      await assertHolds(fixture, taken, clean(stampAt(1)));
      assert.equal(await look(fixture, fixture.document(3, '').key), null);
    },
  },
  {
    name: 'acknowledges only the exact write where there was no base: it may be another document by now',
    async prove(fixture) {
      const document = fixture.document(1, 'recreated');
      await fixture.write(document, stampAt(2));
      const version = { document, dirty: stampAt(1), base: null, stamp: stampAt(1) };
      assert.deepEqual(await acknowledge(fixture, version), ['missed']);
      await assertHolds(fixture, document, dirty(null, stampAt(2)));
    },
  },
  {
    name: 'answers each entry by itself, in order',
    async prove(fixture) {
      const [exact, gone] = [fixture.document(1, 'x'), fixture.document(2, 'x')];
      await fixture.write(exact, stampAt(1));
      await pulled(fixture, fixture.elsewhere(3, 'x'), stampAt(2));
      await fixture.write(fixture.elsewhere(3, 'y'), stampAt(4));
      const answers = await acknowledge(
        fixture,
        { document: gone, dirty: stampAt(9), base: null, stamp: stampAt(9) },
        { document: fixture.elsewhere(3, 'y'), dirty: stampAt(3), base: stampAt(2), stamp: stampAt(3) },
        { document: exact, dirty: stampAt(1), base: null, stamp: stampAt(1) },
      );
      assert.deepEqual(answers, ['missed', 'moved', 'clean']);
    },
  },
];
