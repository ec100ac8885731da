import { describe, expect, it } from '@jest/globals';
import { asAtlas, type MemoryDocument } from '../../../src/memory/memory-document.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { applyStates, type LeftOver } from '../../../src/pull/apply-states.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { digestOf, documentAt, refusal, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function applied(
  sides: TwoSides,
  document: MemoryDocument,
  interference?: Interference,
): Run<readonly string[]> {
  const { result, operations } = run(sides, document, interference);
  return { result: result.looks, operations };
}

function run(sides: TwoSides, document: MemoryDocument, interference?: Interference): Run<LeftOver> {
  const states = new Map([[key, asAtlas(document, digestOf)]]);
  return sides.run(applyStates(sides.context, states), interference);
}

/** A document whose write is on its way to Atlas, or there and not acknowledged. */
function beingPushed(): TwoSides {
  const sides = localAt(v(1), { dirty: v(3) });
  sides.local.sent.set('a push', [{ key, stamp: v(3) }]);
  return sides;
}

function localAt(stamp: Stamp | null, more: Partial<MemoryDocument> = {}): TwoSides {
  const sides = new TwoSides();
  sides.local.documents.set(key, documentAt(stamp, 1, more));
  return sides;
}

describe('applyStates', () => {
  it('asks for nothing where there are no states', () => {
    const sides = new TwoSides();
    expect(sides.run(applyStates(sides.context, new Map()))).toEqual({
      result: { looks: [], underWay: [] },
      operations: [],
    });
  });

  it('takes a newer version over a clean document', () => {
    const sides = localAt(v(1));
    expect(applied(sides, documentAt(v(2), 2)).result).toEqual([]);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(2), 2));
    expect(sides.heard).toEqual(['atlas-to-local']);
  });

  it('takes a document that Local has not', () => {
    const sides = new TwoSides();
    expect(applied(sides, documentAt(v(2), 2)).result).toEqual([]);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(2), 2));
    expect(sides.heard).toEqual(['atlas-to-local']);
  });

  it('writes nothing where Local has that version already', () => {
    const run = applied(localAt(v(2)), documentAt(v(2), 1));
    expect(run.result).toEqual([]);
    expect(writesOf(run)).toEqual([]);
  });

  it('leaves a dirty document to push', () => {
    const run = applied(localAt(v(1), { dirty: v(3) }), documentAt(v(2), 2));
    expect(run.result).toEqual([]);
    expect(writesOf(run)).toEqual([]);
  });

  it('names a dirty document that is being pushed: what came may be built on that push', () => {
    const { result, operations } = run(beingPushed(), documentAt(v(4), 2));
    expect(result).toEqual({ looks: [], underWay: [key] });
    expect(writesOf({ operations })).toEqual([]);
  });

  it('leaves a document to a look whose push was acknowledged meanwhile', () => {
    for (const op of ['readSent', 'readMarks'] as const) {
      const sides = beingPushed();
      const acknowledge = (): void => {
        sides.local.documents.set(key, documentAt(v(3), 1));
        sides.local.sent.clear();
      };
      const { result } = run(sides, documentAt(v(4), 2), beforeFirst(op, acknowledge));
      expect(result).toEqual({ looks: [key], underWay: [] });
    }
  });

  it.each<[string, TwoSides]>([
    ['is held', localAt(v(1), { dirty: v(3), held: true })],
    ['is being deleted', localAt(v(1), { deleting: true, dirty: v(3) })],
    ['was written past capture as a whole', localAt(null)],
    ['was edited past capture', localAt(v(1), { digest: 'of other bytes' })],
    ['is newer', localAt(v(3))],
  ])('leaves a document to a look where it %s', (_, sides) => {
    const run = applied(sides, documentAt(v(2), 2));
    expect(run.result).toEqual([key]);
    expect(writesOf(run)).toEqual([]);
  });

  it('leaves a document with a pending deletion to a look', () => {
    const sides = localAt(v(1));
    sides.noteOnLocal(key, { pending: v(3), base: v(1) });
    expect(applied(sides, documentAt(v(2), 2)).result).toEqual([key]);
    expect(sides.onLocal(key)?.stamp).toBe(v(1));
  });

  it('leaves a key with a tombstone to a look where there is no document', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { stamp: v(1) });
    expect(applied(sides, documentAt(v(2), 2)).result).toEqual([key]);
    expect(sides.onLocal(key)).toBeNull();
  });

  it.each<[string, MemoryDocument]>([
    ['has no version', documentAt(null, 2)],
    ['was edited by a foreign hand', documentAt(v(2), 2, { digest: 'of other bytes' })],
    ['has no digest to tell', documentAt(v(2), 2, { digest: null })],
  ])('leaves a state to a look where it %s', (_, document) => {
    for (const sides of [new TwoSides(), localAt(v(1))]) {
      const before = sides.onLocal(key);
      expect(applied(sides, document).result).toEqual([key]);
      expect(sides.onLocal(key)).toEqual(before);
    }
  });

  it('takes nothing over a document that the application wrote meanwhile', () => {
    const sides = localAt(v(1));
    const writing = beforeFirst('store', () => sides.write(key, v(9), 9));
    expect(applied(sides, documentAt(v(2), 2), writing).result).toEqual([key]);
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(1), dirty: v(9) });
    expect(sides.heard).toEqual([]);
  });

  it('takes nothing over a document that appeared meanwhile', () => {
    const sides = new TwoSides();
    const writing = beforeFirst('insert', () => sides.write(key, v(9), 9));
    expect(applied(sides, documentAt(v(2), 2), writing).result).toEqual([key]);
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: null, dirty: v(9) });
  });

  it('undoes an insertion where a deletion came between', () => {
    const sides = new TwoSides();
    const deleting = beforeFirst('insert', () => sides.noteOnLocal(key, { stamp: v(3) }));
    expect(applied(sides, documentAt(v(2), 2), deleting).result).toEqual([key]);
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.heard).toEqual([]);
  });

  it('does not undo what the application wrote into an insertion', () => {
    const sides = new TwoSides();
    const interfering: Interference = {
      before: ({ op }) => {
        if (op === 'insert') sides.noteOnLocal(key, { stamp: v(3) });
        if (op === 'remove') sides.write(key, v(9), 9);
      },
    };
    expect(applied(sides, documentAt(v(2), 2), interfering).result).toEqual([key]);
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(2), dirty: v(9) });
  });

  it.each(['store', 'insert'] as const)('leaves what Local refuses to %s to a look', (op) => {
    const sides = op === 'store' ? localAt(v(1)) : new TwoSides();
    const answer: Interference['answer'] = (operation) => (operation.op === op ? [refusal] : undefined);
    expect(applied(sides, documentAt(v(2), 2), { answer }).result).toEqual([key]);
    expect(sides.heard).toEqual([]);
  });
});
