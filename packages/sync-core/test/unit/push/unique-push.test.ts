import { describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { retryFreed } from '../../../src/quarantine/retry-freed.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, losingAnswersOf, Unanswered } from '../run-step.js';
import { bodyOf, documentAt, refusal, TwoSides } from '../two-sides.js';

/** A content is a value that is unique, whole. */
function sidesWith(values: readonly number[]): TwoSides {
  const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
  values.forEach((value, i) => sides.share(keyOf(i), v(1), value));
  return sides;
}

/** Writes past Local's own unique index, as an application does by way of a value that nobody has. */
function rewrite(sides: TwoSides, values: readonly number[]): readonly DocumentKey[] {
  values.forEach((value, i) => sides.write(keyOf(i), v(10 + i), value));
  return values.map((_, i) => keyOf(i));
}

const valuesOnAtlas = (sides: TwoSides, count: number): readonly (number | undefined)[] =>
  Array.from({ length: count }, (_, i) => sides.onAtlas(keyOf(i))?.content);
const isAllClean = ({ local }: TwoSides): boolean =>
  [...local.documents.values()].every(({ dirty }) => dirty === null);

describe.each<[string, (sides: TwoSides, keys: readonly DocumentKey[]) => void]>([
  ['pushed as a batch', (sides, keys) => void sides.run(pushBatch(sides.context, keys))],
  ['reconciled key by key', (sides, keys) => void sides.run(reconcile(sides.context, keys))],
  [
    'pushed one at a time',
    (sides, keys) => keys.forEach((key) => sides.run(pushBatch(sides.context, [key]))),
  ],
])('unique values that change hands on one branch, %s', (_, push) => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['a swap', [1, 2], [2, 1]],
    ['a ring of three', [1, 2, 3], [2, 3, 1]],
    ['a chain whose first comes first', [1, 2, 3, 4], [2, 3, 4, 5]],
    ['a chain whose last comes first', [4, 3, 2, 1], [5, 4, 3, 2]],
    ['two rings and a chain into one', [1, 2, 3, 4, 5], [2, 1, 4, 3, 9]],
  ])('arrive on Atlas: %s', (_name, before, after) => {
    const sides = sidesWith(before);
    push(sides, rewrite(sides, after));
    expect(valuesOnAtlas(sides, after.length)).toEqual(after);
    expect(isAllClean(sides)).toBe(true);
    expect(sides.local.quarantine.size).toBe(0);
  });

  it('arrive on Atlas once the document that had the value is deleted there', () => {
    const sides = sidesWith([1, 2]);
    sides.delete(keyOf(1), v(9));
    sides.write(keyOf(0), v(10), 2);
    push(sides, [keyOf(0)]);
    sides.run(reconcile(sides.context, [keyOf(0), keyOf(1)]));
    expect(sides.onAtlas(keyOf(0))?.content).toBe(2);
    expect(sides.onAtlas(keyOf(1))).toBeNull();
    expect(sides.local.quarantine.size).toBe(0);
  });

  it('leave the loser held, with the winner named, where another branch was first', () => {
    const sides = sidesWith([1]);
    sides.writeOnAtlas(keyOf(7), v(5), 3);
    push(sides, rewrite(sides, [3]));
    expect(sides.local.documents.get(keyOf(0))).toMatchObject({ held: true, dirty: v(10) });
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key: keyOf(0), refusal: { holder: keyOf(7), conflictingKey: { number: '3' } } },
    ]);
  });
});

describe('a swap', () => {
  it('is refused whole where one of its documents wants the value of yet another one', () => {
    const sides = new TwoSides({ uniqueOf: ([a, b]) => ({ a: String(a), b: String(b) }) });
    const put = (number: number, ...bytes: readonly number[]): void => {
      const document = { ...documentAt(v(1), 0), body: Uint8Array.from(bytes), digest: bytes.join(' ') };
      sides.local.documents.set(keyOf(number), document);
      sides.atlas.documents.set(keyOf(number), document);
    };
    put(0, 1, 10);
    put(1, 2, 20);
    put(2, 3, 30);
    const write = (number: number, ...bytes: readonly number[]): void => {
      const document = { ...documentAt(v(1), 0), body: Uint8Array.from(bytes), digest: null };
      sides.local.documents.set(keyOf(number), { ...document, dirty: v(10 + number) });
    };
    write(0, 2, 10);
    write(1, 1, 30);
    sides.run(pushBatch(sides.context, [keyOf(0), keyOf(1)]));
    expect([keyOf(0), keyOf(1)].map((key) => sides.local.documents.get(key)?.held)).toEqual([true, true]);
    const entries = [...sides.local.quarantine.values()];
    expect(entries.map(({ refusal }) => refusal.holder)).toEqual([keyOf(2), keyOf(2)]);
    expect(entries.map(({ refusal }) => refusal.conflictingKey)).toEqual([undefined, { b: '30' }]);

    const freed = { ...documentAt(v(20), 0), body: Uint8Array.of(3, 31), digest: '3 31' };
    sides.local.documents.set(keyOf(2), freed);
    sides.atlas.documents.set(keyOf(2), freed);
    const { freed: tried } = sides.run(sweepQuarantine({ after: null, limit: 100 })).result;
    const { operations } = sides.run(retryFreed(sides.context, tried));
    // One by one, a push in between would have each wait for the other for ever.
    expect(operations.filter(({ op }) => op === 'amend')).toHaveLength(1);
    sides.run(pushBatch(sides.context, [keyOf(0), keyOf(1)]));
    expect([keyOf(0), keyOf(1)].map((key) => sides.atlas.documents.get(key)?.body)).toEqual([
      Uint8Array.of(2, 10),
      Uint8Array.of(1, 30),
    ]);
    expect(isAllClean(sides)).toBe(true);
  });

  it('is tried again where whoever stood in its way lets go at that moment', () => {
    const sides = sidesWith([1, 2]);
    const keys = rewrite(sides, [2, 1]);
    let isFirst = true;
    const answer: Interference['answer'] = ({ op }) => {
      if (op !== 'exchange' || !isFirst) return undefined;
      isFirst = false;
      return { ...refusal, code: 'SYNC_WRITE_UNIQUE' };
    };
    sides.run(pushBatch(sides.context, keys), { answer });
    expect(valuesOnAtlas(sides, 2)).toEqual([2, 1]);
    expect(sides.local.quarantine.size).toBe(0);
  });

  it('waits in quarantine where it is refused for a value that nobody seems to hold', () => {
    const sides = sidesWith([1, 2]);
    const keys = rewrite(sides, [2, 1]);
    const { operations } = sides.run(pushBatch(sides.context, keys), {
      answer: ({ op }) => (op === 'exchange' ? { ...refusal, code: 'SYNC_WRITE_UNIQUE' } : undefined),
    });
    expect(operations.filter(({ op }) => op === 'exchange').length).toBeLessThan(5);
    expect(sides.local.quarantine.size).toBe(2);
  });

  it('is looked at again where one of its documents was written on Atlas in between', () => {
    const sides = sidesWith([1, 2]);
    const keys = rewrite(sides, [2, 1]);
    const meddle = beforeFirst('exchange', () => sides.atlas.write(keyOf(0), documentAt(v(2), 1)));
    const { result } = sides.run(pushBatch(sides.context, keys), meddle);
    expect([...result.leftOver].sort()).toEqual([...keys].sort());
    sides.run(reconcile(sides.context, keys));
    expect(valuesOnAtlas(sides, 2)).toEqual([2, 1]);
  });

  it('is recognised where its answer was lost', () => {
    const sides = sidesWith([1, 2]);
    const keys = rewrite(sides, [2, 1]);
    expect(() => sides.run(pushBatch(sides.context, keys), losingAnswersOf('exchange'))).toThrow(Unanswered);
    sides.run(reconcile(sides.context, keys));
    expect(isAllClean(sides)).toBe(true);
    expect(sides.kept).toEqual([]);
  });
});

describe('a document whose value another one of this Local gives up', () => {
  it('waits for a look at that one where its write lost on Atlas, without sending it again and again', () => {
    const sides = sidesWith([1, 2]);
    sides.write(keyOf(1), v(9), 3);
    sides.write(keyOf(0), v(10), 2);
    sides.atlas.write(keyOf(1), { ...documentAt(v(5), 2), body: bodyOf(2) });
    const run = sides.run(pushBatch(sides.context, [keyOf(0)]));
    expect(run.operations.filter(({ op }) => op === 'push')).toHaveLength(2);
    expect(run.result.leftOver).toContain(keyOf(1));
    sides.run(reconcile(sides.context, run.result.leftOver));
    expect(valuesOnAtlas(sides, 2)).toEqual([2, 3]);
    expect(isAllClean(sides)).toBe(true);
  });
});
