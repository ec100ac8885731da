import assert from 'node:assert/strict';
import { collectionOf, type DirtyKey, type MarkedPage, type Stamp } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { proveStateScan } from '../state-scan.js';
import { type LocalSideFixture } from './local-side-fixture.js';
import { dirty, pulled } from './local-steps.js';

type Scan = 'scanDirty' | 'scanPending';

/** Reads an index to its end, page by page, and proves that no page is longer than asked. */
async function readAll({ side }: LocalSideFixture, op: Scan, limit: number): Promise<readonly DirtyKey[]> {
  const all: DirtyKey[] = [];
  let after: Stamp | null = null;
  for (;;) {
    const page: readonly DirtyKey[] = await side.run({ side: 'local', op, after, limit });
    assert.ok(page.length <= limit, 'a page is longer than its limit');
    all.push(...page);
    after = page.at(-1)?.id ?? null;
    if (after === null || page.length < limit) return all;
  }
}

/** What scans show, in which order, and how much of it at a time. */
export const scanCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'scans dirty documents of all collections in the order of their ids, in pages',
    async prove(fixture) {
      const planted = [7, 2, 9, 4, 1].map((number, i) => {
        const document = i % 2 === 0 ? fixture.document(number, 'x') : fixture.elsewhere(number, 'x');
        return { document, id: stampAt(number) };
      });
      for (const { document, id } of planted) await fixture.write(document, id);
      const inOrder = planted
        .map(({ document, id }) => ({ key: document.key, id }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      for (const limit of [1, 2, 5, 100])
        assert.deepEqual(await readAll(fixture, 'scanDirty', limit), inOrder);
    },
  },
  {
    name: 'passes over the first keys of a page that it is told to, of all collections together',
    async prove(fixture) {
      const written = [1, 2, 3, 4].map((number) =>
        number % 2 === 0 ? fixture.document(number, 'x') : fixture.elsewhere(number, 'x'),
      );
      for (const [i, document] of written.entries()) {
        await fixture.write(document, stampAt(i + 1));
        const pending = { key: document.key, pending: stampAt(i + 1), base: null, last: null };
        await fixture.side.run({ side: 'local', op: 'notePending', ...pending });
      }
      for (const op of ['scanDirty', 'scanPending'] as const) {
        const scan = (page: { after: Stamp | null; skip: number; limit: number }) =>
          fixture.side.run({ side: 'local', op, ...page });
        const keysOf = (found: readonly DirtyKey[]) =>
          found.map(({ key }) => written.findIndex((w) => w.key === key));
        assert.deepEqual(keysOf(await scan({ after: null, skip: 1, limit: 2 })), [1, 2]);
        assert.deepEqual(keysOf(await scan({ after: stampAt(1), skip: 1, limit: 9 })), [2, 3]);
        assert.deepEqual(keysOf(await scan({ after: null, skip: 4, limit: 9 })), []);
      }
    },
  },
  {
    name: 'passes over collections that it is told to leave out',
    async prove(fixture) {
      const [here, there] = [fixture.document(1, 'x'), fixture.elsewhere(2, 'x')];
      for (const [i, document] of [here, there].entries()) {
        await fixture.write(document, stampAt(i + 1));
        const pending = { key: document.key, pending: stampAt(i + 1), base: null, last: null };
        await fixture.side.run({ side: 'local', op: 'notePending', ...pending });
      }
      for (const op of ['scanDirty', 'scanPending'] as const) {
        const scan = async (except: readonly string[]) =>
          (await fixture.side.run({ side: 'local', op, after: null, limit: 9, except })).map(
            ({ key }) => key,
          );
        assert.deepEqual(await scan([]), [here.key, there.key]);
        assert.deepEqual(await scan([collectionOf(here.key)]), [there.key]);
        assert.deepEqual(await scan([collectionOf(here.key), collectionOf(there.key)]), []);
      }
    },
  },
  {
    name: 'does not scan what is clean, held, or marked by a delete as dirty',
    async prove(fixture) {
      const { side } = fixture;
      await pulled(fixture, fixture.document(1, 'clean'), stampAt(1));
      const held = fixture.document(2, 'held');
      await fixture.write(held, stampAt(2));
      const expected = dirty(null, stampAt(2));
      await side.run({
        side: 'local',
        op: 'amend',
        entries: [{ key: held.key, expected, set: { held: true } }],
      });
      await fixture.write(fixture.document(3, 'marked'), stampAt(3));
      await fixture.mark(fixture.document(3, '').key, stampAt(4));
      assert.deepEqual(await readAll(fixture, 'scanDirty', 10), []);
    },
  },
  {
    name: 'scans pending deletions in the order of their ids, in pages, until they are pending no more',
    async prove(fixture) {
      const { side } = fixture;
      const keys = [5, 3, 8].map((number) => ({ number, key: fixture.document(number, '').key }));
      for (const { key, number } of keys) {
        const pending = stampAt(number);
        await side.run({ side: 'local', op: 'notePending', key, pending, base: null, last: null });
      }
      const inOrder = [3, 5, 8].map((number) => ({
        key: fixture.document(number, '').key,
        id: stampAt(number),
      }));
      for (const limit of [1, 2, 100])
        assert.deepEqual(await readAll(fixture, 'scanPending', limit), inOrder);
      const set = { stamp: stampAt(9), pending: null, base: null, last: null };
      const { key } = fixture.document(5, '');
      await side.run({ side: 'local', op: 'amendTombstone', entries: [{ key, pending: stampAt(5), set }] });
      assert.deepEqual(
        (await readAll(fixture, 'scanPending', 2)).map(({ id }) => id),
        [stampAt(3), stampAt(8)],
      );
    },
  },
  {
    name: 'scans marks of deletes, of some ids, or of all but some, with what the delete found',
    async prove(fixture) {
      const document = fixture.document(1, 'x');
      await pulled(fixture, document, stampAt(1));
      await fixture.write(document, stampAt(2));
      await fixture.mark(document.key, stampAt(3));
      const other = fixture.elsewhere(4, 'y');
      await fixture.write(other, stampAt(4));
      await fixture.mark(other.key, stampAt(5));
      await fixture.write(fixture.document(6, 'z'), stampAt(6));
      const scan = (page: MarkedPage) => fixture.side.run({ side: 'local', op: 'scanMarked', ...page });
      const [here, there] = [
        { key: document.key, id: stampAt(3), stamp: stampAt(1), last: stampAt(2) },
        { key: other.key, id: stampAt(5), stamp: null, last: stampAt(4) },
      ];
      assert.deepEqual(await scan({ limit: 10 }), [here, there]);
      assert.equal((await scan({ limit: 1 })).length, 1);
      assert.deepEqual(await scan({ among: [stampAt(3), stampAt(6)], limit: 10 }), [here]);
      assert.deepEqual(await scan({ except: [stampAt(3)], limit: 1 }), [there]);
      assert.deepEqual(await scan({ among: [stampAt(3)], except: [stampAt(3)], limit: 10 }), []);
      assert.deepEqual(await scan({ among: [], limit: 10 }), []);
    },
  },
  {
    name: 'scans keys of one collection in the order of their ids, in pages, whatever their marks',
    async prove(fixture) {
      const numbers = [30, 4, 11, 2];
      for (const number of numbers) await fixture.write(fixture.document(number, 'x'), stampAt(number));
      await fixture.write(fixture.elsewhere(3, 'x'), stampAt(50));
      const [collection] = fixture.collections;
      const keys = [2, 4, 11, 30].map((number) => fixture.document(number, '').key);
      const page = (after: (typeof keys)[number] | null, limit: number) =>
        fixture.side.run({ side: 'local', op: 'scanKeys', collection, after, limit });
      assert.deepEqual(await page(null, 10), keys);
      assert.deepEqual(await page(null, 2), keys.slice(0, 2));
      assert.deepEqual(await page(keys[1] ?? null, 2), keys.slice(2));
      assert.deepEqual(await page(keys[3] ?? null, 2), []);
    },
  },
  {
    name: 'scans states of one collection in the order of their ids, in pages, and tells which are plain',
    async prove(fixture) {
      const { side, digestOf } = fixture;
      const [clean, written, held, marked] = [
        fixture.document(2, 'clean'),
        fixture.document(4, 'written'),
        fixture.document(11, 'held'),
        fixture.document(30, 'marked'),
      ];
      for (const [i, document] of [marked, clean].entries()) await pulled(fixture, document, stampAt(i + 1));
      await fixture.write(written, stampAt(3));
      await fixture.write(held, stampAt(4));
      const amended = { key: held.key, expected: dirty(null, stampAt(4)), set: { held: true } };
      await side.run({ side: 'local', op: 'amend', entries: [amended] });
      await fixture.mark(marked.key, stampAt(5));
      await fixture.write(fixture.elsewhere(3, 'x'), stampAt(6));
      await proveStateScan({
        absent: fixture.document(99, 'absent').key,
        scan: (page) =>
          side.run({ side: 'local', op: 'scanStates', collection: fixture.collections[0], ...page }),
        wanted: [
          { ...clean, stamp: stampAt(2), digest: digestOf(clean.body), isPlain: true },
          { ...written, stamp: null, digest: null, isPlain: false },
          { ...held, stamp: null, digest: null, isPlain: false },
          { ...marked, stamp: stampAt(1), isPlain: false },
        ],
      });
    },
  },
  {
    name: 'shows of a state that was scanned what a look shows',
    async prove(fixture) {
      const { side, collections } = fixture;
      const documents = [fixture.document(2, 'clean'), fixture.document(4, 'written')] as const;
      await pulled(fixture, documents[0], stampAt(1));
      await fixture.write(documents[1], stampAt(3));
      const page = { after: null, limit: 10, maxBytes: 100_000 };
      const { states } = await side.run({
        side: 'local',
        op: 'scanStates',
        collection: collections[0],
        ...page,
      });
      const entries = documents.map(({ key }) => key);
      assert.deepEqual(
        states.map(({ onLocal }) => onLocal),
        await side.run({ side: 'local', op: 'readDocuments', entries }),
      );
      assert.equal(states.length, 2);
    },
  },
];
