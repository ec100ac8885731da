import { describe, expect, it } from '@jest/globals';
import { HybridClock } from '@bomba/sync-core';
import { addToTally, emptyTally } from '../../../../src/capture/bulk/bulk-tally.js';
import { planBulk } from '../../../../src/capture/bulk/plan-bulk.js';
import { segmentsOf } from '../../../../src/capture/bulk/segments.js';
import { WriteIds } from '../../../../src/capture/run/write-id.js';

const context = () => ({
  collection: 'bills',
  ids: new WriteIds(
    new HybridClock({ clock: { now: () => 1 }, random: { bytes: (count) => new Uint8Array(count).fill(7) } }),
  ),
});
const write = { updateOne: { filter: { _id: 1 }, update: { $set: { a: 1 } } } };
const remove = { deleteOne: { filter: { _id: 1 } } };
const upsert = { replaceOne: { filter: { _id: 1 }, replacement: { a: 1 }, upsert: true } };

describe('the plan of a bulk', () => {
  it('does in one command what needs one step, and by itself what needs more', () => {
    const plan = planBulk(
      [
        { insertOne: { document: { a: 1 } } },
        { insertOne: { a: 1 } },
        write,
        { updateMany: { filter: {}, update: [{ $set: { a: 1 } }], collation: { locale: 'de' } } },
        { replaceOne: { filter: { _id: 1 }, replacement: { _id: 1, a: 1 } } },
        { replaceOne: { filter: { a: 1 }, replacement: { _id: 1, a: 1 } } },
        upsert,
        remove,
        { deleteMany: { filter: {} } },
      ],
      context(),
    );
    const forms = ['write', 'write', 'write', 'write', 'write', 'replace', 'replace', 'delete', 'delete'];
    expect(plan?.map(({ form }) => form)).toEqual(forms);
    expect(plan?.map(({ index }) => index)).toEqual(forms.map((_, index) => index));
    expect(new Set(plan?.map(({ id }) => id.stamp)).size).toBe(forms.length);
  });

  it('keeps the other options of an operation', () => {
    const [planned] =
      planBulk([{ updateOne: { ...write.updateOne, upsert: true, hint: 'a_1' } }], context()) ?? [];
    expect(planned).toMatchObject({
      operation: { updateOne: { filter: { _id: 1 }, upsert: true, hint: 'a_1' } },
    });
  });

  it.each([
    [{}],
    [null],
    [{ nonsense: {} }],
    [{ insertOne: null }],
    [{ updateOne: { filter: { a: 1 }, update: { a: 1 } } }],
    [{ updateOne: { update: { $set: { a: 1 } } } }],
    [{ replaceOne: { filter: {}, replacement: { $set: {} } } }],
    [{ deleteOne: {} }],
    [{ updateOne: { q: {}, u: {} } }],
  ])('is not made where the driver refuses an operation: %j', (operation) => {
    expect(planBulk([write, operation], context())).toBeNull();
  });

  it.each([
    [{ updateOne: { filter: {}, update: { $bad: 1 } } }],
    [{ updateMany: { filter: {}, update: { $set: { a: 1 }, b: 1 } } }],
    [{ updateOne: { filter: {}, update: [{ $set: { a: 1 }, $unset: 'b' }] } }],
    [{ replaceOne: { filter: {}, replacement: { a: 1, $b: 1 } } }],
  ])('leaves to the server what only the server refuses, and marks the others: %j', (operation) => {
    const plan = planBulk([write, operation, remove], context());
    expect(plan?.map(({ form }) => form)).toEqual(['write', 'write', 'delete']);
    expect(plan?.[0]).toMatchObject({ operation: { updateOne: { update: { $unset: {} } } } });
    expect(plan?.[1]).toMatchObject({ operation });
  });

  it('takes neighbours together in order, and all of one form without an order', () => {
    const plan = planBulk([write, remove, remove, write, upsert], context()) ?? [];
    const places = (ordered: boolean): number[][] =>
      segmentsOf(plan, ordered).map((segment) => segment.map(({ index }) => index));
    expect(places(true)).toEqual([[0], [1, 2], [3], [4]]);
    expect(places(false)).toEqual([[0, 3], [4], [1, 2]]);
  });
});

describe('the tally of a bulk', () => {
  it('adds up its parts, each thing in its place in the whole', () => {
    const tally = emptyTally();
    const part = { ...emptyTally(), nMatched: 2, nInserted: 1, insertedIds: [{ index: 0, _id: 'a' }] };
    addToTally(tally, part, (index) => index + 3);
    addToTally(
      tally,
      { ...emptyTally(), nMatched: 1, writeErrors: [{ err: { index: 1 } }] },
      (index) => index + 5,
    );
    expect(tally).toMatchObject({
      ...{ nMatched: 3, nInserted: 1, insertedIds: [{ index: 3, _id: 'a' }] },
      writeErrors: [{ err: { index: 6 } }],
    });
  });
});
