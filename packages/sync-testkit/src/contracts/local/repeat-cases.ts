import assert from 'node:assert/strict';
import { type ConflictRecord, type LocalOperation } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type LocalSideFixture } from './local-side-fixture.js';
import { assertHolds, clean, dirty, hex, INFO, pulled, stateOf } from './local-steps.js';

/** All that Local holds of the keys that these cases write. */
async function snapshot({ side, document, kept }: LocalSideFixture): Promise<unknown> {
  const entries = [1, 2, 3, 4].map((number) => document(number, '').key);
  const documents = await side.run({ side: 'local', op: 'readDocuments', entries });
  return {
    documents: documents.map((found) => found && { ...found, body: hex(found.body) }),
    tombstones: await side.run({ side: 'local', op: 'readTombstones', entries }),
    sent: await side.run({ side: 'local', op: 'readSent', entries }),
    kept: await kept(),
  };
}

/** One conditional request of each kind, as prepared while 1 is clean, 2 is edited, 3 is absent, 4 is marked. */
function requests(fixture: LocalSideFixture): readonly LocalOperation[] {
  const { document, digestOf } = fixture;
  const [one, two, three, four] = [document(1, 'a'), document(2, 'b'), document(3, 'c'), document(4, 'd')];
  const version = { digest: digestOf(two.body), info: INFO };
  const edited = dirty(stampAt(2), stampAt(12));
  const record: ConflictRecord = {
    ...{ key: two.key, losingStamp: stampAt(12), winningStamp: null, body: two.body },
    ...{ loser: 'local', reason: 'concurrent-update' },
    ...{ strategy: 'last-write-wins', caution: false, failure: null },
  };
  const deletion = { pending: stampAt(14), base: stampAt(4), last: null };
  const set = { stamp: stampAt(14), pending: null, base: null, last: null };
  return [
    {
      side: 'local',
      op: 'store',
      entries: [{ key: one.key, expected: clean(stampAt(1)), state: stateOf(fixture, one, stampAt(20)) }],
    },
    { side: 'local', op: 'keep', entries: [record] },
    {
      side: 'local',
      op: 'amend',
      entries: [{ key: two.key, expected: edited, set: { base: { stamp: stampAt(11), ...version } } }],
    },
    {
      side: 'local',
      op: 'acknowledge',
      entries: [{ key: two.key, dirty: stampAt(12), base: stampAt(11), stamp: stampAt(12), ...version }],
    },
    {
      side: 'local',
      op: 'insert',
      entries: [{ key: three.key, state: stateOf(fixture, three, stampAt(21)) }],
    },
    { side: 'local', op: 'notePending', key: four.key, ...deletion },
    {
      side: 'local',
      op: 'remove',
      entries: [{ key: four.key, expected: dirty(stampAt(4), stampAt(14)), deleting: true }],
    },
    { side: 'local', op: 'amendTombstone', entries: [{ key: four.key, pending: stampAt(14), set }] },
    { side: 'local', op: 'noteTombstone', entries: [{ key: four.key, stamp: stampAt(15), over: null }] },
    { side: 'local', op: 'forgetSent', note: 'absent' },
  ];
}

async function plant(fixture: LocalSideFixture): Promise<void> {
  for (const number of [1, 2, 4]) await pulled(fixture, fixture.document(number, 'old'), stampAt(number));
  await fixture.write(fixture.document(2, 'b'), stampAt(12));
  await fixture.mark(fixture.document(4, '').key, stampAt(14));
}

/** Requests that are repeated, or executed late. */
export const repeatCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'does nothing more when any request is executed twice',
    async prove(fixture) {
      await plant(fixture);
      for (const request of requests(fixture)) {
        const before = await snapshot(fixture);
        await fixture.side.run(request);
        const after = await snapshot(fixture);
        if (request.op !== 'forgetSent') assert.notDeepEqual(after, before, `${request.op} did nothing`);
        await fixture.side.run(request);
        assert.deepEqual(await snapshot(fixture), after, `${request.op}, executed twice`);
      }
    },
  },
  {
    name: 'changes no content that the application wrote since when requests are executed late',
    async prove(fixture) {
      await plant(fixture);
      const written = [1, 2, 3, 4].map((number) => fixture.document(number, 'written since'));
      for (const [i, document] of written.entries()) await fixture.write(document, stampAt(30 + i));
      for (const request of requests(fixture)) await fixture.side.run(request);
      const bases = [stampAt(1), stampAt(2), null, stampAt(4)];
      for (const [i, document] of written.entries())
        await assertHolds(fixture, document, dirty(bases[i] ?? null, stampAt(30 + i)));
    },
  },
];
