import assert from 'node:assert/strict';
import { type ConflictRecord } from '@bomba/sync-core';
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
      const entry = { key, direction: 'local-to-atlas', stamp: stampAt(1), refusal, body } as const;
      assert.equal(await attemptCount(key), 0);
      await side.run({ side: 'local', op: 'quarantine', entry });
      await side.run({ side: 'local', op: 'quarantine', entry });
      assert.equal(await attemptCount(key), 2);
    },
  },
];
