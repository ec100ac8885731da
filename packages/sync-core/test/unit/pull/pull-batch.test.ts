import { describe, expect, it } from '@jest/globals';
import { type ChangeEvent } from '../../../src/pull/change-event.js';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { stampTimeMs } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { bodyOf, documentAt, TwoSides } from '../two-sides.js';
import { reconcile, type ReconcileResult } from '../../../src/reconcile/reconcile.js';

const key = keyOf(0);

/** Pulls all that Atlas sent, and these. */
function pull(sides: TwoSides, more: readonly ChangeEvent[] = []): Run<ReconcileResult> {
  return sides.run(pullBatch(sides.context, [...sides.atlas.events, ...more]));
}

describe('pullBatch', () => {
  it('asks for nothing where nothing was sent', () => {
    expect(pull(new TwoSides()).operations).toEqual([]);
  });

  it('brings what others wrote, edited, deleted and recreated', () => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2]) sides.share(keyOf(number), v(1));
    sides.writeOnAtlas(keyOf(0), v(2), 2);
    sides.atlas.editInPlace(keyOf(1), bodyOf(3));
    sides.deleteOnAtlas(keyOf(2), v(4));
    sides.writeOnAtlas(keyOf(3), v(5), 5);
    expect(pull(sides).result).toEqual({ waiting: [], unsettled: [], toPush: [], refused: [] });
    for (const number of [0, 1, 2, 3]) {
      expect(sides.onLocal(keyOf(number))).toEqual(sides.onAtlas(keyOf(number)));
    }
    expect(sides.kept).toEqual([]);
  });

  it('changes nothing when it is given the same events again', () => {
    const sides = new TwoSides();
    sides.share(keyOf(1), v(1));
    sides.writeOnAtlas(keyOf(0), v(2), 2);
    sides.writeOnAtlas(keyOf(1), v(2), 2);
    sides.deleteOnAtlas(keyOf(1), v(4));
    pull(sides);
    const documents = new Map(sides.local.documents);
    const tombstones = new Map(sides.local.tombstones);
    pull(sides);
    expect(sides.local.documents).toEqual(documents);
    expect(sides.local.tombstones).toEqual(tombstones);
  });

  it('notes a deletion before it looks at the key', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.deleteOnAtlas(key, v(2));
    expect(pull(sides).operations.find(({ op }) => op !== 'readMarks')).toMatchObject({
      op: 'noteTombstone',
      entries: [{ key, stamp: v(2), over: null }],
    });
  });

  it('has a later deletion stand over a write that was here, on a base or without one, when it was noted', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(3), 3);
    sides.write(keyOf(1), v(3), 4);
    sides.deleteOnAtlas(key, v(5));
    sides.deleteOnAtlas(keyOf(1), v(5));
    pull(sides);
    for (const deleted of [key, keyOf(1)]) {
      expect(sides.onLocal(deleted)).toBeNull();
      expect(sides.onAtlas(deleted)).toBeNull();
    }
    expect(sides.local.conflicts.size).toBe(2);
  });

  it('takes what another branch wrote on top of a push that Local has yet to acknowledge', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(2), 2);
    const meanwhile = beforeFirst('acknowledge', () => {
      sides.writeOnAtlas(key, v(5), 5);
      expect(pull(sides).result).toMatchObject({ unsettled: [key] });
    });
    sides.run(pushBatch(sides.context, [key]), meanwhile);
    sides.run(reconcile(sides.context, [key]));
    expect(sides.onLocal(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.kept).toEqual([]);
  });

  it('seals a foreign edit at the time of its event', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.nowMs = 500;
    sides.atlas.editInPlace(key, bodyOf(2));
    pull(sides);
    const sealed = sides.onAtlas(key)?.stamp;
    expect(sealed && stampTimeMs(sealed)).toBe(500);
  });

  it('reads one side only for an echo of what Local knows', () => {
    const sides = new TwoSides();
    sides.share(key, v(2));
    const { operations } = pull(sides, [{ kind: 'echo', key, stamp: v(2) }]);
    expect(operations).toEqual([{ side: 'local', op: 'readMarks', entries: [key] }]);
  });

  it('leaves an echo to push where the application has written since', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(3), 3);
    sides.writeOnAtlas(key, v(2), 2);
    sides.atlas.events.length = 0;
    expect(writesOf(pull(sides, [{ kind: 'echo', key, stamp: v(2) }]))).toEqual([]);
  });

  it.each([
    ['has an older version', documentAt(v(1), 1)],
    ['does not have the document', null],
  ])(
    'takes an own version that comes back where Local %s any more, having lost its last moments',
    (_, local) => {
      const sides = new TwoSides();
      if (local) sides.local.documents.set(key, local);
      sides.atlas.documents.set(key, documentAt(v(4), 4));
      pull(sides, [{ kind: 'echo', key, stamp: v(4) }]);
      expect(sides.onLocal(key)).toEqual({ content: 4, stamp: v(4) });
    },
  );

  it('takes an own version that came back after one of another branch, of which Local lost both', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.writeOnAtlas(key, v(2), 2);
    sides.atlas.documents.set(key, documentAt(v(4), 4));
    pull(sides, [{ kind: 'echo', key, stamp: v(4) }]);
    expect(sides.onLocal(key)).toEqual({ content: 4, stamp: v(4) });
  });

  it('lets a key wait that is gone, as its tombstone may be on its way', () => {
    const sides = new TwoSides();
    sides.goneForGood = false;
    sides.share(key, v(1));
    sides.atlas.erase(key);
    expect(pull(sides).result.waiting).toEqual([key]);
    expect(sides.onLocal(key)).not.toBeNull();
  });

  it('pushes nothing while push is paused', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(3), 3);
    sides.mayPush = false;
    const run = pull(sides, [{ kind: 'hint', key }]);
    expect(writesOf(run)).toEqual([]);
    expect(run.result.unsettled).toEqual([]);
  });

  it('leaves alone a key whose deletion cannot be noted yet, and names it', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.deleteOnAtlas(key, v(2));
    sides.writeOnAtlas(keyOf(1), v(3), 3);
    const locked: Interference['answer'] = ({ op }) => (op === 'noteTombstone' ? [false] : undefined);
    const { result } = sides.run(pullBatch(sides.context, sides.atlas.events), { answer: locked });
    expect(result).toEqual({ waiting: [], unsettled: [key], toPush: [], refused: [] });
    expect(sides.onLocal(key)).not.toBeNull();
    expect(sides.onLocal(keyOf(1))).toEqual({ content: 3, stamp: v(3) });
  });
});
