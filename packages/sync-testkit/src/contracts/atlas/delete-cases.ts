import assert from 'node:assert/strict';
import { type AtlasTombstone, type DocumentKey, type Stamp } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type AtlasSideFixture } from './atlas-side-fixture.js';
import { assertOnAtlas, lookAtGrave, lookOnAtlas, push } from './atlas-steps.js';

function remove(
  { side }: AtlasSideFixture,
  ...entries: readonly { readonly key: DocumentKey; readonly base: Stamp }[]
): Promise<readonly boolean[]> {
  return side.run({ side: 'atlas', op: 'remove', entries });
}

async function bury({ side, document }: AtlasSideFixture, tombstone: AtlasTombstone): Promise<void> {
  const entries = [{ key: document(1, '').key, ...tombstone }];
  assert.deepEqual(await side.run({ side: 'atlas', op: 'writeTombstone', entries }), [undefined]);
}

/** Removals and the record of them. */
export const deleteCases: readonly ContractCase<AtlasSideFixture>[] = [
  {
    name: 'removes the version named, and no other',
    async prove(fixture) {
      const [gone, kept] = [fixture.document(1, 'a'), fixture.elsewhere(2, 'b')];
      await push(
        fixture,
        { document: gone, base: null, stamp: stampAt(1) },
        { document: kept, base: null, stamp: stampAt(2) },
      );
      const answers = await remove(
        fixture,
        { key: gone.key, base: stampAt(1) },
        { key: kept.key, base: stampAt(1) },
      );
      assert.deepEqual(answers, [true, false]);
      assert.equal(await lookOnAtlas(fixture, gone.key), null);
      await assertOnAtlas(fixture, kept, { stamp: stampAt(2), edited: 'no' });
    },
  },
  {
    name: 'removes nothing that was stored since when a removal is executed twice, or late',
    async prove(fixture) {
      const document = fixture.document(1, 'a');
      await push(fixture, { document, base: null, stamp: stampAt(1) });
      assert.deepEqual(await remove(fixture, { key: document.key, base: stampAt(1) }), [true]);
      await push(fixture, { document, base: null, stamp: stampAt(2) });
      assert.deepEqual(await remove(fixture, { key: document.key, base: stampAt(1) }), [false]);
      await assertOnAtlas(fixture, document, { stamp: stampAt(2), edited: 'no' });
    },
  },
  {
    name: 'records deletions only upwards, with what the latest removed',
    async prove(fixture) {
      const { key } = fixture.document(1, '');
      assert.equal(await lookAtGrave(fixture, key), null);
      const first = { stamp: stampAt(5), base: stampAt(4), last: stampAt(6) };
      await bury(fixture, first);
      await bury(fixture, first);
      await bury(fixture, { stamp: stampAt(3), base: stampAt(2), last: null });
      assert.deepEqual(await lookAtGrave(fixture, key), first);
      await bury(fixture, { stamp: stampAt(7), base: null, last: null });
      assert.deepEqual(await lookAtGrave(fixture, key), { stamp: stampAt(7), base: null, last: null });
    },
  },
  {
    name: 'records the deletions of many keys at once, each by itself',
    async prove(fixture) {
      await bury(fixture, { stamp: stampAt(5), base: null });
      const keys = [1, 2].map((number) => fixture.document(number, '').key);
      const entries = keys.map((key) => ({ key, stamp: stampAt(4), base: stampAt(3) }));
      await fixture.side.run({ side: 'atlas', op: 'writeTombstone', entries });
      assert.deepEqual(await fixture.side.run({ side: 'atlas', op: 'readTombstones', entries: keys }), [
        { stamp: stampAt(5), base: null, last: null },
        { stamp: stampAt(4), base: stampAt(3), last: null },
      ]);
    },
  },
  {
    name: 'tells all deletions of one collection, or that there are more than asked for',
    async prove(fixture) {
      const { side, document, elsewhere, collections } = fixture;
      const scan = (limit: number) =>
        side.run({ side: 'atlas', op: 'scanTombstones', collection: collections[0], limit });
      assert.deepEqual(await scan(1), new Map());
      const tombstone = { stamp: stampAt(5), base: stampAt(4), last: null };
      const keys = [document(1, '').key, document(2, '').key];
      const entries = [...keys, elsewhere(3, '').key].map((key) => ({ key, ...tombstone }));
      await side.run({ side: 'atlas', op: 'writeTombstone', entries });
      const found = new Map([...((await scan(2)) ?? [])].sort());
      assert.deepEqual(found, new Map([...keys].sort().map((key) => [key, tombstone])));
      assert.equal(await scan(1), null);
    },
  },
];
