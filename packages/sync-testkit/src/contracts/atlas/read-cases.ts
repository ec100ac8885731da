import assert from 'node:assert/strict';
import { type DocumentKey } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { proveStateScan } from '../state-scan.js';
import { proveWithin } from '../within.js';
import { type AtlasSideFixture } from './atlas-side-fixture.js';
import { push } from './atlas-steps.js';

/** Reads answer each key in its place. */
export const readCases: readonly ContractCase<AtlasSideFixture>[] = [
  {
    name: 'reads documents and versions of all collections in the order of the keys',
    async prove(fixture) {
      const [one, two, foreign] = [
        fixture.document(1, 'a'),
        fixture.elsewhere(2, 'b'),
        fixture.document(3, 'c'),
      ];
      await push(
        fixture,
        { document: one, base: null, stamp: stampAt(1) },
        { document: two, base: null, stamp: stampAt(2) },
      );
      await fixture.edit(foreign);
      const entries = [two.key, fixture.document(9, '').key, foreign.key, one.key];
      const wanted = [stampAt(2), null, null, stampAt(1)];
      assert.deepEqual(await fixture.side.run({ side: 'atlas', op: 'readStamps', entries }), wanted);
      const documents = await fixture.side.run({ side: 'atlas', op: 'readDocuments', entries });
      assert.deepEqual(
        documents.map((found) => found?.stamp ?? null),
        wanted,
      );
      assert.deepEqual(
        documents.map((found) => found !== null),
        [true, false, true, true],
      );
    },
  },
  {
    name: 'reads as many documents as fit, one at least, and says which are for later',
    async prove(fixture) {
      const [one, two] = [fixture.document(1, 'a'), fixture.elsewhere(2, 'b')];
      await fixture.edit(one);
      await fixture.edit(two);
      const entries = [one.key, fixture.document(9, '').key, two.key];
      await proveWithin((maxBytes) =>
        fixture.side.run({ side: 'atlas', op: 'readWithin', entries, maxBytes }),
      );
    },
  },
  {
    name: 'scans keys of one collection in the order of their ids, in pages',
    async prove(fixture) {
      for (const number of [30, 4, 11, 2]) await fixture.edit(fixture.document(number, 'x'));
      await fixture.edit(fixture.elsewhere(3, 'x'));
      const [collection] = fixture.collections;
      const keys = [2, 4, 11, 30].map((number) => fixture.document(number, '').key);
      const page = (after: DocumentKey | null, limit: number) =>
        fixture.side.run({ side: 'atlas', op: 'scanKeys', collection, after, limit });
      assert.deepEqual(await page(null, 10), keys);
      assert.deepEqual(await page(null, 3), keys.slice(0, 3));
      assert.deepEqual(await page(keys[2] ?? null, 3), keys.slice(3));
      assert.deepEqual(await page(keys[3] ?? null, 3), []);
    },
  },
  {
    name: 'scans states of one collection in the order of their ids, in pages, with their versions and digests',
    async prove(fixture) {
      const [pushed, edited, foreign] = [
        fixture.document(2, 'pushed'),
        fixture.document(4, 'then'),
        fixture.document(11, 'x'),
      ];
      await push(
        fixture,
        { document: edited, base: null, stamp: stampAt(2) },
        { document: pushed, base: null, stamp: stampAt(1) },
      );
      const now = { ...edited, body: fixture.document(4, 'now').body };
      await fixture.edit(now);
      await fixture.edit(foreign);
      await fixture.edit(fixture.elsewhere(3, 'x'));
      await proveStateScan({
        absent: fixture.document(99, 'absent').key,
        scan: (page) =>
          fixture.side.run({ side: 'atlas', op: 'scanStates', collection: fixture.collections[0], ...page }),
        wanted: [
          { ...pushed, stamp: stampAt(1), digest: fixture.digestOf(pushed.body), isPlain: true },
          { ...now, stamp: stampAt(2), digest: fixture.digestOf(edited.body), isPlain: true },
          { ...foreign, stamp: null, digest: null, isPlain: true },
        ],
      });
    },
  },
  {
    name: 'shows of a state that was scanned what a look shows',
    async prove(fixture) {
      const { side, edit, document, collections } = fixture;
      const documents = [document(2, 'pushed'), document(4, 'then'), document(11, 'x')] as const;
      for (const [i, pushed] of documents.slice(0, 2).entries())
        await push(fixture, { document: pushed, base: null, stamp: stampAt(i + 1) });
      await edit({ ...documents[1], body: document(4, 'now').body });
      await edit(documents[2]);
      const page = { after: null, limit: 10, maxBytes: 100_000 };
      const { states } = await side.run({
        side: 'atlas',
        op: 'scanStates',
        collection: collections[0],
        ...page,
      });
      const entries = documents.map(({ key }) => key);
      const looked = await side.run({ side: 'atlas', op: 'readDocuments', entries });
      assert.deepEqual(
        states.map(({ onAtlas }) => onAtlas),
        looked,
      );
      assert.deepEqual(
        looked.map((found) => found?.edited),
        ['no', 'yes', 'unknown'],
      );
    },
  },
];
