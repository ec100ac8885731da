import assert from 'node:assert/strict';
import { type ConflictRecord, type QuarantineMark, type Stamp } from '@bomba/sync-core';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type LocalSideFixture } from './local-side-fixture.js';

/** What is kept of states that lost, and of states that were refused. */
export const recordCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'keeps a losing version once, as it was first kept',
    async prove({ side, document, kept }) {
      const { key, body } = document(1, 'lost');
      const record: ConflictRecord = {
        key,
        loser: 'local',
        losingStamp: stampAt(1),
        winningStamp: stampAt(2),
        reason: 'concurrent-update',
        body,
        strategy: 'last-write-wins',
        caution: false,
        failure: null,
      };
      await side.run({ side: 'local', op: 'keep', record });
      await side.run({ side: 'local', op: 'keep', record: { ...record, reason: 'deleted', body: null } });
      assert.deepEqual(await kept(), [{ key, losingStamp: stampAt(1), reason: 'concurrent-update' }]);
      await side.run({ side: 'local', op: 'keep', record: { ...record, losingStamp: stampAt(3) } });
      assert.equal((await kept()).length, 2);
    },
  },
  {
    name: 'counts how often a state was put into quarantine',
    async prove({ side, document, attemptCount }) {
      const { key, body } = document(1, 'refused');
      const refusal = { refused: true, code: 'SYNC_WRITE_UNIQUE', reason: 'It is there already.' } as const;
      const entry = {
        key,
        direction: 'local-to-atlas',
        stamp: stampAt(1),
        refusal,
        body,
        waits: 'in-place',
      } as const;
      assert.equal(await attemptCount(key), 0);
      await side.run({ side: 'local', op: 'quarantine', entry });
      await side.run({ side: 'local', op: 'quarantine', entry });
      assert.equal(await attemptCount(key), 2);
    },
  },
  {
    name: 'shows the quarantine page by page, and releases a state unless another one has taken its place',
    async prove({ side, document, elsewhere, attemptCount }) {
      const refusal = { refused: true, code: 'SYNC_WRITE_UNIQUE', reason: 'It is there already.' } as const;
      const put = ({ key, body }: ReturnType<typeof document>, stamp: Stamp): Promise<undefined> => {
        const entry = { key, direction: 'local-to-atlas', stamp, refusal, body, waits: 'in-place' } as const;
        return side.run({ side: 'local', op: 'quarantine', entry });
      };
      const scan = (after: string | null, limit: number): Promise<readonly QuarantineMark[]> =>
        side.run({ side: 'local', op: 'scanQuarantine', after, limit });
      const documents = [document(1, 'a'), document(2, 'b'), elsewhere(1, 'c')];
      for (const each of documents) await put(each, stampAt(1));
      const first = await scan(null, 2);
      const rest = await scan(first.at(-1)?.id ?? null, 2);
      const found = [...first, ...rest];
      assert.equal(first.length, 2);
      assert.deepEqual(found.map(({ key }) => key).sort(), documents.map(({ key }) => key).sort());
      assert.ok(
        found.every(({ direction, stamp }) => direction === 'local-to-atlas' && stamp === stampAt(1)),
      );
      await put(document(1, 'another'), stampAt(2));
      await side.run({ side: 'local', op: 'release', entries: found });
      assert.deepEqual(
        (await scan(null, 9)).map(({ key, stamp }) => ({ key, stamp })),
        [{ key: document(1, '').key, stamp: stampAt(2) }],
      );
      assert.equal(await attemptCount(document(1, '').key), 2);
    },
  },
  {
    name: 'notes that a document leaves for another reason than a deletion, and keeps what is known of deletions',
    async prove({ side, document }) {
      const [{ key }, other] = [document(1, ''), document(2, '')];
      const noted = { key: other.key, stamp: stampAt(1), over: null };
      await side.run({ side: 'local', op: 'noteTombstone', entries: [noted] });
      await side.run({ side: 'local', op: 'noteRemoval', entries: [key, other.key] });
      const [none, deletion] = await side.run({
        side: 'local',
        op: 'readTombstones',
        entries: [key, other.key],
      });
      assert.deepEqual([none?.stamp ?? null, none?.pending ?? null], [null, null]);
      assert.equal(deletion?.stamp, stampAt(1));
    },
  },
];
