import assert from 'node:assert/strict';
import { type SealEntry } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { type ContractDocument } from '../local/local-side-fixture.js';
import { stampAt } from '../stamp-at.js';
import { type AtlasSideFixture } from './atlas-side-fixture.js';
import { assertOnAtlas, lookOnAtlas, push } from './atlas-steps.js';

type Wish = Omit<SealEntry, 'key' | 'body' | 'info'> & Partial<Pick<SealEntry, 'info'>>;

const noInfo = { version: 0, conflictCount: 0 };

async function seal(
  { side }: AtlasSideFixture,
  { key, body }: ContractDocument,
  wish: Wish,
): Promise<unknown> {
  const entries = [{ key, body, info: noInfo, ...wish }];
  return (await side.run({ side: 'atlas', op: 'seal', entries }))[0];
}

/** Foreign states, and the versions that they get. */
export const sealCases: readonly ContractCase<AtlasSideFixture>[] = [
  {
    name: 'shows a foreign document as one without a version, and a foreign edit as an edit',
    async prove(fixture) {
      const foreign = fixture.document(1, 'foreign');
      await fixture.edit(foreign);
      await assertOnAtlas(fixture, foreign, { stamp: null, edited: 'unknown' });
      await push(fixture, { document: fixture.document(2, 'ours'), base: null, stamp: stampAt(2) });
      const edited = fixture.document(2, 'edited');
      await fixture.edit(edited);
      await assertOnAtlas(fixture, edited, { stamp: stampAt(2), edited: 'yes' });
    },
  },
  {
    name: 'gives a foreign state a version of its own, in place',
    async prove(fixture) {
      const foreign = fixture.document(1, 'foreign');
      await fixture.edit(foreign);
      assert.equal(await seal(fixture, foreign, { expected: null, stamp: stampAt(1) }), true);
      await assertOnAtlas(fixture, foreign, { stamp: stampAt(1), edited: 'no' });
      const edited = fixture.document(1, 'edited');
      await fixture.edit(edited);
      assert.equal(await seal(fixture, edited, { expected: stampAt(1), stamp: stampAt(2) }), true);
      await assertOnAtlas(fixture, edited, { stamp: stampAt(2), edited: 'no' });
    },
  },
  {
    name: 'tells of a sealed state what it was edited from, where that is known, and that no instance wrote it',
    async prove(fixture) {
      const ours = fixture.document(1, 'ours');
      await push(fixture, { document: ours, base: null, stamp: stampAt(1), output: true });
      const edited = fixture.document(1, 'edited');
      await fixture.edit(edited);
      const [first, second] = [stampAt(2), stampAt(3)];
      await seal(fixture, edited, { expected: stampAt(1), stamp: first, base: stampAt(1) });
      const { base, output, info } = await assertOnAtlas(fixture, edited, { stamp: first, edited: 'no' });
      assert.deepEqual([base, output, info.instanceId], [stampAt(1), undefined, null]);
      await seal(fixture, edited, { expected: first, stamp: second });
      assert.equal((await lookOnAtlas(fixture, edited.key))?.base, undefined);
    },
  },
  {
    name: 'counts as many writes and conflicts as are known of a state that has lost its count',
    async prove(fixture) {
      const foreign = fixture.document(1, 'foreign');
      await fixture.edit(foreign);
      const info = { version: 4, conflictCount: 2 };
      await seal(fixture, foreign, { expected: null, stamp: stampAt(1), info });
      const found = await lookOnAtlas(fixture, foreign.key);
      assert.deepEqual(found?.info, { ...info, instanceId: null });
    },
  },
  {
    name: 'seals many states, each under its own version, and tells which were not as they were looked at',
    async prove(fixture) {
      const [first, edited, gone, moved, last] = [
        fixture.document(1, 'first'),
        fixture.document(2, 'edited'),
        fixture.document(3, 'gone'),
        fixture.document(4, 'moved'),
        fixture.elsewhere(5, 'last'),
      ];
      for (const document of [first, last]) await fixture.edit(document);
      await push(fixture, { document: fixture.document(2, 'ours'), base: null, stamp: stampAt(1) });
      await push(fixture, { document: moved, base: null, stamp: stampAt(2) });
      await fixture.edit(edited);
      const expected = [null, stampAt(1), null, null, null];
      const entries = [first, edited, gone, moved, last].map(({ key, body }, i) => ({
        ...{ key, body, info: noInfo },
        ...{ expected: expected[i] ?? null, stamp: stampAt(10 + i) },
      }));
      const answers = await fixture.side.run({ side: 'atlas', op: 'seal', entries });
      assert.deepEqual(answers, [true, true, false, false, true]);
      await assertOnAtlas(fixture, first, { stamp: stampAt(10), edited: 'no' });
      await assertOnAtlas(fixture, edited, { stamp: stampAt(11), edited: 'no' });
      assert.equal(await lookOnAtlas(fixture, gone.key), null);
      await assertOnAtlas(fixture, moved, { stamp: stampAt(2), edited: 'no' });
      await assertOnAtlas(fixture, last, { stamp: stampAt(14), edited: 'no' });
    },
  },
  {
    name: 'seals nothing where the version is another one by now, or the document is gone',
    async prove(fixture) {
      const document = fixture.document(1, 'ours');
      await push(fixture, { document, base: null, stamp: stampAt(5) });
      assert.equal(await seal(fixture, document, { expected: stampAt(4), stamp: stampAt(6) }), false);
      assert.equal(await seal(fixture, document, { expected: null, stamp: stampAt(6) }), false);
      await assertOnAtlas(fixture, document, { stamp: stampAt(5), edited: 'no' });
      await fixture.erase(document.key);
      assert.equal(await seal(fixture, document, { expected: stampAt(5), stamp: stampAt(6) }), false);
      assert.equal(await lookOnAtlas(fixture, document.key), null);
    },
  },
  {
    name: 'shows an edit between the look and the seal as an edit, to be sealed next',
    async prove(fixture) {
      const looked = fixture.document(1, 'looked at');
      await fixture.edit(looked);
      const since = fixture.document(1, 'edited since');
      await fixture.edit(since);
      assert.equal(await seal(fixture, looked, { expected: null, stamp: stampAt(1) }), true);
      await assertOnAtlas(fixture, since, { stamp: stampAt(1), edited: 'yes' });
    },
  },
  {
    name: 'seals once when its request is executed twice',
    async prove(fixture) {
      const foreign = fixture.document(1, 'foreign');
      await fixture.edit(foreign);
      const wish = { expected: null, stamp: stampAt(1) };
      assert.equal(await seal(fixture, foreign, wish), true);
      const since = fixture.document(1, 'edited since');
      await fixture.edit(since);
      assert.equal(await seal(fixture, foreign, wish), true);
      await assertOnAtlas(fixture, since, { stamp: stampAt(1), edited: 'yes' });
    },
  },
];
