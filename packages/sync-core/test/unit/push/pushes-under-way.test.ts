import { describe, expect, it } from '@jest/globals';
import { createDocumentKey } from '../../../src/document-key/document-key.js';
import { PushesUnderWay } from '../../../src/push/pushes-under-way.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { type Step } from '../../../src/operations/operation.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, losingAnswersOf } from '../run-step.js';
import { TwoSides } from '../two-sides.js';

const key = keyOf(0);

/** A document that was written here on top of what Atlas has. */
function written(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.write(key, v(2), 2);
  return sides;
}

describe('a push under way', () => {
  it('is no conflict with what another branch wrote on top of it, for whoever looks meanwhile', () => {
    const sides = written();
    const meanwhile = beforeFirst('acknowledge', () => {
      sides.writeOnAtlas(key, v(5), 5);
      const { result } = sides.run(reconcile(sides.context, [key]));
      expect(result).toEqual({ waiting: [], unsettled: [key], toPush: [], refused: [] });
    });
    sides.run(pushBatch(sides.context, [key]), meanwhile);
    expect(sides.run(reconcile(sides.context, [key])).result.unsettled).toEqual([]);
    expect(sides.onLocal(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.kept).toEqual([]);
  });

  it('is asked no strategy about, which would make one write of two that are one after the other', () => {
    const sides = written();
    sides.rules = { merges: true };
    sides.context = {
      ...sides.context,
      resolve: () => ({ winner: 'local', body: null, caution: false, failure: null }),
    };
    const meanwhile = beforeFirst('acknowledge', () => {
      sides.writeOnAtlas(key, v(5), 5);
      sides.run(reconcile(sides.context, [key]));
    });
    sides.run(pushBatch(sides.context, [key]), meanwhile);
    sides.run(reconcile(sides.context, [key]));
    expect(sides.onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.onLocal(key)).toEqual({ content: 5, stamp: v(5) });
  });

  it.each(['push', 'acknowledge', 'readStamps'] as const)('is over once its %s has failed', (op) => {
    const sides = written();
    if (op === 'readStamps') sides.writeOnAtlas(key, v(3), 3);
    expect(() => sides.run(pushBatch(sides.context, [key]), losingAnswersOf(op))).toThrow();
    expect(sides.context.pushes.has(key)).toBe(false);
    expect(sides.run(reconcile(sides.context, [key])).result.unsettled).toEqual([]);
    expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
  });

  it('is over when the last of two lanes that push the key has ended', () => {
    const pushes = new PushesUnderWay();
    const seen: boolean[] = [];
    const note = function* (): Step<void> {
      seen.push(pushes.has(key));
    };
    const sides = new TwoSides();
    const inner = function* (): Step<void> {
      yield* pushes.during([key, createDocumentKey('bills', 'str:other')], note());
      yield* note();
    };
    sides.run(pushes.during([key], inner()));
    expect([...seen, pushes.has(key)]).toEqual([true, true, false]);
  });
});
