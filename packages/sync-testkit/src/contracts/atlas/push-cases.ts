import assert from 'node:assert/strict';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type AtlasSideFixture } from './atlas-side-fixture.js';
import { assertOnAtlas, lookOnAtlas, push } from './atlas-steps.js';

/** Storing versions on condition of what they build on. */
export const pushCases: readonly ContractCase<AtlasSideFixture>[] = [
  {
    name: 'stores a new document, and a version on the one that it builds on, over all collections',
    async prove(fixture) {
      const [one, two] = [fixture.document(1, 'one'), fixture.elsewhere(2, 'two')];
      const first = await push(
        fixture,
        { document: one, base: null, stamp: stampAt(1) },
        { document: two, base: null, stamp: stampAt(2) },
      );
      assert.deepEqual(first, { storedCount: 2, refused: [] });
      const next = fixture.document(1, 'next');
      const second = await push(fixture, { document: next, base: stampAt(1), stamp: stampAt(3) });
      assert.deepEqual(second, { storedCount: 1, refused: [] });
      const { info, digest } = await assertOnAtlas(fixture, next, { stamp: stampAt(3), edited: 'no' });
      assert.deepEqual(info, { version: 2, conflictCount: 0, instanceId: 'instance-b' });
      assert.equal(digest, fixture.digestOf(next.body));
      await assertOnAtlas(fixture, two, { stamp: stampAt(2), edited: 'no' });
    },
  },
  {
    name: 'tells of a version that it is the output of business logic, until the next is stored over it',
    async prove(fixture) {
      const document = fixture.document(1, 'computed');
      await push(fixture, { document, base: null, stamp: stampAt(1), output: true });
      assert.equal((await lookOnAtlas(fixture, document.key))?.output, true);
      await push(fixture, { document, base: stampAt(1), stamp: stampAt(2) });
      assert.equal((await lookOnAtlas(fixture, document.key))?.output, undefined);
    },
  },
  {
    name: 'does not insert over a document that is there, and calls that no refusal',
    async prove(fixture) {
      const document = fixture.document(1, 'first');
      await push(fixture, { document, base: null, stamp: stampAt(1) });
      const result = await push(fixture, {
        document: fixture.document(1, 'x'),
        base: null,
        stamp: stampAt(2),
      });
      assert.deepEqual(result, { storedCount: 0, refused: [] });
      await assertOnAtlas(fixture, document, { stamp: stampAt(1), edited: 'no' });
    },
  },
  {
    name: 'does not replace another version than the one named, nor an absent or a foreign document',
    async prove(fixture) {
      const document = fixture.document(1, 'first');
      await push(fixture, { document, base: null, stamp: stampAt(5) });
      const foreign = fixture.document(3, 'foreign');
      await fixture.edit(foreign);
      const result = await push(
        fixture,
        { document: fixture.document(1, 'x'), base: stampAt(4), stamp: stampAt(6) },
        { document: fixture.document(2, 'x'), base: stampAt(4), stamp: stampAt(6) },
        { document: fixture.document(3, 'x'), base: stampAt(4), stamp: stampAt(6) },
      );
      assert.deepEqual(result, { storedCount: 0, refused: [] });
      await assertOnAtlas(fixture, document, { stamp: stampAt(5), edited: 'no' });
      assert.equal(await lookOnAtlas(fixture, fixture.document(2, '').key), null);
      await assertOnAtlas(fixture, foreign, { stamp: null, edited: 'unknown' });
    },
  },
  {
    name: 'stores each version of a batch by itself, and counts those it stored',
    async prove(fixture) {
      await push(fixture, { document: fixture.document(1, 'theirs'), base: null, stamp: stampAt(1) });
      const mine = [1, 2, 3].map((number) => ({
        document: fixture.document(number, 'mine'),
        base: null,
        stamp: stampAt(10 + number),
      }));
      assert.deepEqual(await push(fixture, ...mine), { storedCount: 2, refused: [] });
      const entries = mine.map(({ document }) => document.key);
      const stamps = await fixture.side.run({ side: 'atlas', op: 'readStamps', entries });
      assert.deepEqual(stamps, [stampAt(1), stampAt(12), stampAt(13)]);
    },
  },
  {
    name: 'stores a version once when its request is executed twice, and never over a later one',
    async prove(fixture) {
      const version = { document: fixture.document(1, 'a'), base: null, stamp: stampAt(1) };
      const next = { document: fixture.document(1, 'b'), base: stampAt(1), stamp: stampAt(2) };
      for (const wanted of [1, 0]) assert.equal((await push(fixture, version)).storedCount, wanted);
      for (const wanted of [1, 0]) assert.equal((await push(fixture, next)).storedCount, wanted);
      await push(fixture, version);
      await assertOnAtlas(fixture, next.document, { stamp: stampAt(2), edited: 'no' });
    },
  },
  {
    name: 'exchanges documents in one moment, or none of them where one is of another version',
    async prove(fixture) {
      const before = [fixture.document(1, 'one'), fixture.document(2, 'two')];
      await push(fixture, ...before.map((document, i) => ({ document, base: null, stamp: stampAt(i + 1) })));
      const after = [fixture.document(1, 'two'), fixture.document(2, 'one')];
      const exchange = (bases: readonly number[]): Promise<unknown> => {
        const entries = after.map(({ key, body }, i) => ({
          key,
          body,
          base: stampAt(bases[i] ?? 0),
          stamp: stampAt(i + 11),
          digest: fixture.digestOf(body),
          info: { version: 2, conflictCount: 0, instanceId: 'instance-b' },
        }));
        return fixture.side.run({ side: 'atlas', op: 'exchange', entries });
      };
      assert.equal(await exchange([1, 9]), false);
      for (const [i, document] of before.entries())
        await assertOnAtlas(fixture, document, { stamp: stampAt(i + 1), edited: 'no' });
      assert.equal(await exchange([1, 2]), true);
      for (const [i, document] of after.entries())
        await assertOnAtlas(fixture, document, { stamp: stampAt(i + 11), edited: 'no' });
      assert.equal(await exchange([1, 2]), false);
    },
  },
];
