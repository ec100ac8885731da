import assert from 'node:assert/strict';
import { type ContractCase } from '../contract-case.js';
import { stampAt } from '../stamp-at.js';
import { type LocalSideFixture } from './local-side-fixture.js';

/** What is noted as sent, until the note is forgotten. */
export const sentCases: readonly ContractCase<LocalSideFixture>[] = [
  {
    name: 'knows what was noted as sent, of all notes, until they are forgotten one by one',
    async prove({ side, document, elsewhere }) {
      const [a, b, c] = [document(1, '').key, elsewhere(1, '').key, document(2, '').key];
      const read = () => side.run({ side: 'local', op: 'readSent', entries: [a, b, c] });
      const note = (name: string, number: number) =>
        side.run({
          side: 'local',
          op: 'noteSent',
          note: name,
          versions: [
            { key: a, stamp: stampAt(number) },
            { key: b, stamp: stampAt(number + 1) },
          ],
          latest: stampAt(number + 1),
        });
      assert.deepEqual(await read(), [new Set(), new Set(), new Set()]);
      await note('first', 1);
      await note('second', 3);
      assert.deepEqual(await read(), [
        new Set([stampAt(1), stampAt(3)]),
        new Set([stampAt(2), stampAt(4)]),
        new Set(),
      ]);
      await side.run({ side: 'local', op: 'forgetSent', note: 'first' });
      await side.run({ side: 'local', op: 'forgetSent', note: 'first' });
      assert.deepEqual(await read(), [new Set([stampAt(3)]), new Set([stampAt(4)]), new Set()]);
    },
  },
];
