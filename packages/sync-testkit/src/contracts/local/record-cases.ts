import assert from 'node:assert/strict';
import {
  type ConflictRecord,
  type DocumentKey,
  type QuarantineEntry,
  type QuarantineMark,
  type Refusal,
  type Stamp,
  type ValueWait,
} from '@bomba/sync-core';
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
      const keep = (...entries: readonly ConflictRecord[]): Promise<unknown> =>
        side.run({ side: 'local', op: 'keep', entries });
      await keep(record);
      await keep({ ...record, reason: 'deleted', body: null });
      assert.deepEqual(await kept(), [{ key, losingStamp: stampAt(1), reason: 'concurrent-update' }]);
      await keep({ ...record, reason: 'deleted' }, { ...record, losingStamp: stampAt(3) });
      const stamps = (await kept()).map(({ losingStamp, reason }) => [losingStamp, reason]);
      assert.deepEqual(stamps.sort(), [
        [stampAt(1), 'concurrent-update'],
        [stampAt(3), 'concurrent-update'],
      ]);
      for (const edition of ['one', 'one', 'another']) await keep({ ...record, edition });
      assert.equal((await kept()).filter(({ losingStamp }) => losingStamp === stampAt(1)).length, 3);
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
    name: 'tells what it knows of all deletions of one collection, or that it is more than asked for',
    async prove({ side, document, elsewhere, collections }) {
      const scan = (limit: number) =>
        side.run({ side: 'local', op: 'scanTombstones', collection: collections[0], limit });
      assert.deepEqual(await scan(1), new Map());
      const [known, pending, other] = [document(1, '').key, document(2, '').key, elsewhere(3, '').key];
      const entries = [known, other].map((key) => ({ key, stamp: stampAt(1), over: null }));
      await side.run({ side: 'local', op: 'noteTombstone', entries });
      const deletion = { key: pending, pending: stampAt(3), base: stampAt(2), last: null };
      await side.run({ side: 'local', op: 'notePending', ...deletion });
      const keys = [known, pending];
      const each = await side.run({ side: 'local', op: 'readTombstones', entries: keys });
      const found = await scan(2);
      assert.deepEqual(
        keys.map((key) => found?.get(key)),
        each,
      );
      assert.equal(found?.size, 2);
      assert.equal(await scan(1), null);
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
  {
    name: 'keeps what a state in quarantine waits for, and the state, and notes more of it where it is still that state',
    async prove({ side, document }) {
      const [{ key, body }, winner, third] = [document(1, 'late'), document(2, ''), document(3, '')];
      const refusal: Refusal = {
        refused: true,
        code: 'SYNC_WRITE_UNIQUE',
        reason: 'It is there already.',
        holder: winner.key,
        holderStamp: stampAt(5),
      };
      const entry: QuarantineEntry = {
        ...{ key, direction: 'local-to-atlas', stamp: stampAt(2), refusal, body, waits: 'aside' },
        base: stampAt(1),
      };
      await side.run({ side: 'local', op: 'quarantine', entry });
      const found = async (): Promise<QuarantineMark | undefined> =>
        (await side.run({ side: 'local', op: 'scanQuarantine', after: null, limit: 9 }))[0];
      const mark = await found();
      assert.ok(mark);
      assert.deepEqual(
        { base: mark.base, ...mark.wait },
        { base: stampAt(1), holder: winner.key, seen: stampAt(5), again: null },
      );
      const ids = [mark.id, 'of no entry'];
      const byId = await side.run({ side: 'local', op: 'findQuarantined', entries: ids });
      assert.deepEqual(byId, [mark, null]);
      const [read, none] = await side.run({ side: 'local', op: 'readQuarantined', entries: ids });
      assert.deepEqual([read && Buffer.from(read), none], [Buffer.from(body), null]);
      const note = (stamp: Stamp, holder: DocumentKey, set: Partial<ValueWait>): Promise<unknown> =>
        side.run({ side: 'local', op: 'noteWait', entries: [{ id: mark.id, stamp, holder, set }] });
      await note(stampAt(9), winner.key, { seen: stampAt(9) });
      await note(stampAt(2), winner.key, { holder: third.key, seen: stampAt(6) });
      await note(stampAt(2), winner.key, { seen: stampAt(9) });
      await note(stampAt(2), third.key, { again: stampAt(7) });
      const noted = { holder: third.key, seen: stampAt(6), again: stampAt(7) };
      assert.deepEqual((await found())?.wait, noted);
      await side.run({ side: 'local', op: 'quarantine', entry });
      assert.deepEqual((await found())?.wait, { holder: winner.key, seen: stampAt(5), again: stampAt(7) });
    },
  },
];
