import { describe, expect, it } from '@jest/globals';
import { MarkWatch } from '../../../src/delete/mark-watch.js';
import { sweepMarks, type SweepMarksOptions } from '../../../src/delete/sweep-marks.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { stampAt } from '../protocol/stamps.js';
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
const AGE_MS = 100;

/** Sweeps once, when the mark of `v(6)` was first seen so long ago. */
function sweep(
  sides: TwoSides,
  { seenForMs = AGE_MS, ...options }: Partial<SweepMarksOptions> & { readonly seenForMs?: number } = {},
  interference?: Interference,
): Run<readonly string[]> {
  const watch = new MarkWatch({ ageMs: AGE_MS });
  watch.see(v(6), 0);
  return sides.run(sweepMarks({ watch, nowMs: seenForMs, limit: 10, ...options }), interference);
}

/** A delete marked documents of version 1, which had an unacknowledged write. */
function marked(...numbers: readonly number[]): TwoSides {
  const sides = new TwoSides();
  for (const number of numbers.length > 0 ? numbers : [0]) mark(sides, number, v(6));
  return sides;
}

function mark(sides: TwoSides, number: number, id: Stamp): void {
  const marks = { dirty: id, deleting: true, last: v(4) };
  sides.local.documents.set(keyOf(number), documentAt(v(1), 1, marks));
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
    for (const options of [{ seenForMs: AGE_MS - 1 }, { isUnderWay: () => true }]) {
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
    expect(sweep(sides).result).toEqual([]);
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
    const sides = marked(0, 1, 2);
    expect(sweep(sides, { limit: 2 }).result).toHaveLength(2);
    expect(sides.local.documents.size).toBe(1);
  });

  it('goes by how long it has seen a mark, whatever time the mark was made under', () => {
    for (const id of [stampAt(0, 1), stampAt(4_000_000_000_000, 1)]) {
      const sides = new TwoSides();
      mark(sides, 0, id);
      const watch = new MarkWatch({ ageMs: AGE_MS });
      const at = (nowMs: number) => sides.run(sweepMarks({ watch, nowMs, limit: 10 })).result;
      expect([at(500), at(599), at(600), at(601)]).toEqual([[], [], [key], []]);
      expect(watch.ids).toEqual([]);
    }
  });

  it('begins anew with what was marked again', () => {
    const sides = marked();
    const watch = new MarkWatch({ ageMs: AGE_MS });
    const at = (nowMs: number) => sides.run(sweepMarks({ watch, nowMs, limit: 10 })).result;
    at(0);
    mark(sides, 0, v(7));
    expect([at(100), at(199), at(200)]).toEqual([[], [], [key]]);
  });

  it('finds dead ones behind any number of marks that are at work', () => {
    const sides = new TwoSides();
    const watch = new MarkWatch({ ageMs: AGE_MS });
    mark(sides, 99, v(50));
    for (let nowMs = 0; nowMs <= AGE_MS; nowMs += AGE_MS / 5) {
      for (let number = 0; number < 30; number++) mark(sides, number, stampAt(nowMs, number));
      const { result } = sides.run(sweepMarks({ watch, nowMs, limit: 4 }));
      expect(result).toEqual(nowMs < AGE_MS ? [] : [keyOf(99)]);
    }
  });

  it('watches no more than it may, and finishes the others as the first ones end', () => {
    const sides = new TwoSides();
    const watch = new MarkWatch({ ageMs: AGE_MS, limit: 3 });
    for (let number = 0; number < 10; number++) mark(sides, number, v(10 + number));
    for (let sweeps = 0; sides.local.documents.size > 0; sweeps++) {
      sides.run(sweepMarks({ watch, nowMs: sweeps * AGE_MS, limit: 2 }));
      expect(watch.ids.length).toBeLessThanOrEqual(3);
      expect(sweeps).toBeLessThan(20);
    }
  });

  it('keeps at what it could not remove, as with a locked document', () => {
    const sides = marked();
    const watch = new MarkWatch({ ageMs: AGE_MS });
    watch.see(v(6), 0);
    const locked: Interference = { answer: ({ op }) => (op === 'remove' ? ['missed'] : undefined) };
    sides.run(sweepMarks({ watch, nowMs: 100, limit: 10 }), locked);
    expect(sides.run(sweepMarks({ watch, nowMs: 101, limit: 10 })).result).toEqual([key]);
    expect(sides.onLocal(key)).toBeNull();
  });
});
