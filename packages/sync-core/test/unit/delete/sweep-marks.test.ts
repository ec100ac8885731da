import { describe, expect, it } from '@jest/globals';
import { sweepMarks, type SweepMarksOptions } from '../../../src/delete/sweep-marks.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import {
  beforeFirst,
  type Interference,
  losingAnswersOf,
  type Run,
  Unanswered,
  writesOf,
} from '../run-step.js';
import { documentAt, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const rules: SweepMarksOptions = { olderThanMs: 100, limit: 10 };

function sweep(
  sides: TwoSides,
  options: Partial<SweepMarksOptions> = {},
  interference?: Interference,
): Run<readonly string[]> {
  return sides.run(sweepMarks({ ...rules, ...options }), interference);
}

/** A delete marked a document of version 1, which had an unacknowledged write, at 500 ms; now it is 1,000 ms. */
function marked(number = 0): TwoSides {
  const sides = new TwoSides();
  const marks = { dirty: v(6), deleting: true, last: v(4), markedAtMs: 500 };
  sides.local.documents.set(keyOf(number), documentAt(v(1), 1, marks));
  return sides;
}

describe('sweepMarks', () => {
  it('writes the tombstone and then removes the document', () => {
    const sides = marked();
    const run = sweep(sides);
    expect(run.result).toEqual([key]);
    expect(writesOf(run)).toEqual(['notePending', 'remove']);
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.local.tombstones.get(key)).toMatchObject({ pending: v(6), base: v(1), last: v(4) });
  });

  it('leaves a delete alone that may still be under way', () => {
    for (const options of [{ olderThanMs: 501 }, { isUnderWay: () => true }]) {
      const run = sweep(marked(), options);
      expect(run.result).toEqual([]);
      expect(writesOf(run)).toEqual([]);
    }
  });

  it('asks whether the delete of that id is under way', () => {
    const asked: string[] = [];
    sweep(marked(), { isUnderWay: (id) => asked.push(id) > 1 });
    expect(asked).toEqual([v(6)]);
  });

  it('removes nothing that was written since, and the write gives the deletion up', () => {
    const sides = marked();
    sweep(
      sides,
      {},
      beforeFirst('remove', () => sides.write(key, v(9), 9)),
    );
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(9), stamp: v(1) });
  });

  it('does not touch documents without a mark', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(keyOf(1), v(6), 1);
    expect(sweep(sides, { olderThanMs: 0 }).result).toEqual([]);
    expect(sides.local.documents.size).toBe(2);
  });

  it('does the same again where it died on the way', () => {
    for (const op of ['notePending', 'remove'] as const) {
      const sides = marked();
      expect(() => sweep(sides, {}, losingAnswersOf(op))).toThrow(Unanswered);
      sweep(sides);
      expect(sides.onLocal(key)).toBeNull();
      expect(sides.local.tombstones.get(key)).toMatchObject({ pending: v(6), base: v(1), last: v(4) });
    }
  });

  it('takes on no more than its limit at once', () => {
    const sides = marked(0);
    for (const [each, document] of marked(1).local.documents) sides.local.documents.set(each, document);
    expect(sweep(sides, { limit: 1 }).result).toHaveLength(1);
    expect(sides.local.documents.size).toBe(1);
  });
});
