import { describe, expect, it } from '@jest/globals';
import {
  type AtlasDocument,
  type ConflictRecord,
  createDocumentKey,
  createStamp,
  type LocalDocument,
  silentLogger,
} from '@bomba/sync-core';
import { BSON } from 'mongodb';
import { ConflictSettler } from '../../../src/conflict/conflict-settler.js';
import { toPlainDocument } from '../../../src/conflict/merge-document.js';
import { type ConflictStrategy } from '../../../src/sync-options.js';

const key = createDocumentKey('bills', 'int:1');
const info = { version: 1, conflictCount: 0, instanceId: null };
const stampAt = (timeMs: number) =>
  createStamp({ timeMs, counter: 0, random: new Uint8Array(16).fill(timeMs) });
const local: LocalDocument = {
  ...{ stamp: stampAt(1), dirty: stampAt(2), held: false, deleting: false, last: null, derived: false },
  ...{ edited: false, unchanged: false, info, body: BSON.serialize({ _id: 1, paid: 3 }) },
};
const atlas: AtlasDocument = {
  ...{ stamp: stampAt(3), edited: 'no', digest: null, info, body: BSON.serialize({ _id: 1, paid: 4 }) },
};

function settlerWith(strategy: ConflictStrategy | Record<string, ConflictStrategy>): ConflictSettler {
  return new ConflictSettler({ strategy, clock: { now: () => 9 }, logger: silentLogger });
}

describe('ConflictSettler', () => {
  it('asks the strategy with plain documents, and gives what it made as bytes', () => {
    const settler = settlerWith((ours, theirs) => ({
      ...ours,
      paid: Number(ours['paid']) + Number(theirs['paid']),
    }));
    const { winner, body, failure } = settler.resolve(key, local, atlas);
    expect({ winner, failure, document: body && toPlainDocument(body) }).toEqual({
      winner: 'merged',
      failure: null,
      document: { _id: 1, paid: 7 },
    });
    expect(settler.stats()).toMatchObject({ totalCount: 1, mergedCount: 1 });
  });

  it('takes a conflict for the same one where a write behind it is tried again, and remembers the last of them', () => {
    const settler = settlerWith('last-write-wins');
    const met = { key, losingStamp: stampAt(1) };
    expect([settler.isNew(met), settler.isNew(met)]).toEqual([true, false]);
    expect(settler.isNew({ ...met, losingStamp: stampAt(2) })).toBe(true);
    for (let n = 0; n < 1_000; n++)
      settler.isNew({ ...met, key: createDocumentKey('bills', `int:${n + 2}`) });
    expect(settler.isNew(met)).toBe(true);
  });

  it('keeps what a strategy changes in its arguments away from the stored states', () => {
    const settler = settlerWith((ours) => Object.assign(ours, { paid: 8 }));
    const { body } = settler.resolve(key, local, atlas);
    expect(body && toPlainDocument(body)).toEqual({ _id: 1, paid: 8 });
    expect(toPlainDocument(local.body)).toEqual({ _id: 1, paid: 3 });
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new RangeError('no');
      },
      'RangeError',
    ],
    ['returns nothing', () => undefined, 'InvalidResult'],
    ['returns a promise', () => Promise.resolve({}), 'InvalidResult'],
    ['returns a list', () => [1], 'InvalidResult'],
    ['gives the document another _id', () => ({ _id: 2 }), 'TypeError'],
  ])('has the version of Atlas stand where the strategy %s', (_, strategy, failure) => {
    const settler = settlerWith(strategy as ConflictStrategy);
    expect(settler.resolve(key, local, atlas)).toEqual({
      winner: 'atlas',
      body: null,
      caution: false,
      failure,
    });
    expect(settler.stats()).toMatchObject({ totalCount: 1, failedCount: 1 });
  });

  it('knows which collections have a strategy of their own', () => {
    const settler = settlerWith({ bills: 'last-write-wins', '*': () => 'local' });
    expect([settler.hasStrategy('bills'), settler.hasStrategy('orders')]).toEqual([false, true]);
    expect(settlerWith('last-write-wins').hasStrategy('bills')).toBe(false);
  });

  it('counts what the later write has won, and what a strategy has settled only once', () => {
    const settler = settlerWith(() => 'local');
    const record: ConflictRecord = {
      key,
      loser: 'local',
      losingStamp: stampAt(2),
      winningStamp: stampAt(3),
      reason: 'concurrent-update',
      body: null,
      strategy: 'last-write-wins',
      caution: true,
      failure: null,
    };
    settler.count(record);
    settler.count({ ...record, strategy: 'custom' });
    expect(settler.stats()).toMatchObject({ totalCount: 1, atlasWonCount: 1, cautionCount: 1 });
  });
});
