import { describe, expect, it } from '@jest/globals';
import { type Operation } from '../../../src/operations/operation.js';
import { stampTimeMs, type Stamp, withTime } from '../../../src/protocol/stamp.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference } from '../run-step.js';
import { documentAt, refusal, TwoSides } from '../two-sides.js';

const [key, another] = [keyOf(0), keyOf(1)];
const foreign = { info: { version: 1, conflictCount: 0, instanceId: null } };
const refusing: Interference = {
  answer: (operation) => (operation.side === 'model' ? operation.entries.map(() => refusal) : undefined),
};

/** Both sides had version 1, and the application has written since. */
function written(id: Stamp): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1), 1);
  sides.write(key, id, 3);
  return sides;
}

/** What was noted when the engine was about to do that for the first time. */
function notedBefore(sides: TwoSides, op: Operation['op'], during: Interference = {}): Stamp | null {
  const noted: (Stamp | null)[] = [];
  const watch = beforeFirst(op, () => noted.push(sides.local.latestId));
  sides.run(reconcile(sides.context, [key]), { ...during, ...watch });
  expect(noted).toHaveLength(1);
  return noted[0] ?? null;
}

describe('the latest id that has left the indexes of Local', () => {
  it('is noted before a document is pushed', () => {
    expect(notedBefore(written(v(3)), 'push')).toBe(v(3));
  });

  it('is noted before a batch is pushed, and is the latest of it', () => {
    const sides = new TwoSides();
    const noted: (Stamp | null)[] = [];
    sides.write(key, v(5), 5);
    sides.write(another, v(4), 4);
    const watch = beforeFirst('push', () => noted.push(sides.local.latestId));
    sides.run(pushBatch(sides.context, [key, another]), watch);
    expect(noted).toEqual([v(5)]);
    sides.write(another, v(3), 3);
    sides.run(pushBatch(sides.context, [another]));
    expect(sides.local.latestId).toBe(v(5));
  });

  it('is noted before a deletion leaves', () => {
    const sides = written(v(3));
    sides.delete(key, v(4));
    expect(notedBefore(sides, 'remove')).toBe(v(4));
  });

  it('is noted before a write is held as a model refuses what beat it', () => {
    const sides = written(v(3));
    sides.rules = { applyLogic: 'foreign' };
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    expect(notedBefore(sides, 'amend', refusing)).toBe(v(3));
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(3), held: true });
  });

  it('is noted before a write leaves Local for quarantine', () => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    sides.write(another, v(6), 7);
    sides.writeOnAtlas(key, v(9), 7);
    expect(notedBefore(sides, 'quarantine')).toBe(v(6));
    expect([...sides.local.quarantine.values()]).toMatchObject([{ waits: 'aside', stamp: v(6) }]);
  });

  it("is the write's own, not the version that lies above what it builds on", () => {
    const sides = new TwoSides();
    sides.share(key, v(9), 1);
    sides.write(key, v(3), 3);
    expect(notedBefore(sides, 'push')).toBe(v(3));
    expect(sides.onAtlas(key)?.stamp).toBe(withTime(v(3), stampTimeMs(v(9)) + 1));
  });

  it("is none that Atlas' clock does not allow, which would keep later processes in another century", () => {
    const sides = written(withTime(v(3), 4_000_000));
    sides.rules = { ceilingMs: 60_000 };
    expect(notedBefore(sides, 'push')).toBe(withTime(v(3), 60_000));
  });
});
