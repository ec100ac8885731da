import { describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { stampTimeMs } from '../../../src/protocol/stamp.js';
import { reconcile, type ReconcileResult } from '../../../src/reconcile/reconcile.js';
import { stampAt } from '../protocol/stamps.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import {
  beforeFirst,
  type Interference,
  losingAnswersOf,
  type Run,
  sizesOf,
  Unanswered,
  writesOf,
} from '../run-step.js';
import { bodyOf, documentAt, TwoSides } from '../two-sides.js';

const COUNT = 5;
const keys: readonly DocumentKey[] = Array.from({ length: COUNT }, (_, number) => keyOf(number));
const key = keyOf(2);
const foreignAtMs = new Map(keys.map((each) => [each, 700]));
const settled: ReconcileResult = { waiting: [], unsettled: [], toPush: [], refused: [] };

/** Clean documents on Local; a foreign hand has deleted them on Atlas. */
function deletedByHand(): TwoSides {
  const sides = new TwoSides();
  keys.forEach((each, content) => sides.local.documents.set(each, documentAt(v(1), content)));
  return sides;
}

/** Documents on Local that another branch has deleted. */
function deletedElsewhere(): TwoSides {
  const sides = deletedByHand();
  for (const each of keys) sides.atlas.tombstones.set(each, { stamp: v(2), base: v(1) });
  return sides;
}

function settle(sides: TwoSides, interference?: Interference): Run<ReconcileResult> {
  return sides.run(reconcile(sides.context, keys, { foreignAtMs }), interference);
}

describe('many keys that are gone from Atlas with nobody to say why', () => {
  it('are kept, recorded and removed set-wise, in the time of whoever deleted them', () => {
    const sides = deletedByHand();
    const run = settle(sides);
    expect(run.result).toEqual(settled);
    expect(sizesOf(run)).toEqual([
      ['keep', COUNT],
      ['writeTombstone', COUNT],
      ['noteTombstone', COUNT],
      ['remove', COUNT],
    ]);
    expect(sides.kept.map(({ reason }) => reason)).toEqual(keys.map(() => 'unexplained-deletion'));
    expect(sides.kept.map(({ body }) => body)).toEqual(keys.map((_, content) => bodyOf(content)));
    const times = [...sides.atlas.tombstones.values()].map(({ stamp }) => stampTimeMs(stamp));
    expect(times).toEqual(keys.map(() => 700));
    expect(sides.local.documents.size).toBe(0);
  });

  it('wait, untouched, while their tombstones may still come, and are asked about once', () => {
    const sides = deletedByHand();
    const asked: DocumentKey[] = [];
    sides.context = { ...sides.context, isGoneForGood: (each) => asked.push(each) > COUNT || each === key };
    const run = settle(sides);
    expect(run.result.waiting).toEqual(keys.filter((each) => each !== key));
    expect(asked).toEqual(keys);
    expect([...sides.atlas.tombstones.keys()]).toEqual([key]);
    expect(sides.local.documents.size).toBe(COUNT - 1);
  });

  it('leave one of them be that came back meanwhile', () => {
    const sides = deletedByHand();
    let reads = 0;
    const before: Interference['before'] = (operation) => {
      if (operation.op === 'readDocuments' && operation.side === 'atlas' && ++reads === 1)
        sides.writeOnAtlas(key, v(2), 9);
    };
    settle(sides, { before });
    expect(sides.onLocal(key)).toEqual({ content: 9, stamp: v(2) });
    expect(sides.atlas.tombstones.has(key)).toBe(false);
    expect(sides.local.documents.size).toBe(1);
  });

  it.each(['keep', 'writeTombstone', 'noteTombstone', 'remove'] as const)(
    'end the same where nobody heard the answer to %s',
    (op) => {
      const sides = deletedByHand();
      expect(() => settle(sides, losingAnswersOf(op))).toThrow(Unanswered);
      sides.restart();
      expect(settle(sides).result).toEqual(settled);
      expect(sides.kept).toHaveLength(COUNT);
      expect(sides.atlas.tombstones.size).toBe(COUNT);
      expect(sides.local.documents.size).toBe(0);
    },
  );

  it.each(['keep', 'writeTombstone', 'noteTombstone', 'remove'] as const)(
    'spare what the application writes to one of them before %s',
    (op) => {
      const sides = deletedByHand();
      settle(
        sides,
        beforeFirst(op, () => sides.write(key, stampAt(800), 9)),
      );
      expect(settle(sides).result).toEqual(settled);
      expect(sides.onLocal(key)?.content).toBe(9);
      expect(sides.onAtlas(key)?.content).toBe(9);
      expect(sides.local.documents.size).toBe(1);
    },
  );
});

describe('many keys that were deleted elsewhere', () => {
  it('are noted and removed set-wise, without a copy of what the deletion had seen', () => {
    const sides = deletedElsewhere();
    const run = settle(sides);
    expect(run.result).toEqual(settled);
    expect(sizesOf(run)).toEqual([
      ['noteTombstone', COUNT],
      ['remove', COUNT],
    ]);
    expect(sides.heard).toEqual(keys.map(() => 'atlas-to-local'));
    expect(sides.kept).toEqual([]);
    expect(sides.local.documents.size).toBe(0);
  });

  it('are kept set-wise where the deletion wins over writes it had not seen', () => {
    const sides = deletedElsewhere();
    for (const each of keys) {
      sides.atlas.tombstones.set(each, { stamp: v(8), base: v(1) });
      sides.write(each, v(5), 7);
    }
    const run = settle(sides);
    expect(sizesOf(run).slice(0, 3)).toEqual([
      ['keep', COUNT],
      ['noteTombstone', COUNT],
      ['remove', COUNT],
    ]);
    expect(sides.kept.map(({ reason }) => reason)).toEqual(keys.map(() => 'deleted'));
    expect(sides.local.documents.size).toBe(0);
  });

  it('stay where their deletion could not be noted', () => {
    const sides = deletedElsewhere();
    const locked: Interference = {
      answer: (operation) =>
        operation.op === 'noteTombstone' ? operation.entries.map(() => false) : undefined,
    };
    expect(settle(sides, locked).result.unsettled).toEqual(keys);
    expect(sides.local.documents.size).toBe(COUNT);
  });
});

describe('many keys that the application has deleted', () => {
  function deletedHere(): TwoSides {
    const sides = new TwoSides();
    for (const each of keys) {
      sides.share(each, v(1));
      sides.delete(each, v(5));
    }
    return sides;
  }

  it('are removed on Atlas, recorded there and acknowledged set-wise, under one note', () => {
    const sides = deletedHere();
    const run = settle(sides);
    expect(run.result).toEqual(settled);
    expect(sizesOf(run)).toEqual([
      ['noteSent', 1],
      ['remove', COUNT],
      ['writeTombstone', COUNT],
      ['amendTombstone', COUNT],
      ['forgetSent', 1],
    ]);
    expect(sides.atlas.documents.size).toBe(0);
    expect([...sides.atlas.tombstones.values()].map(({ stamp, base }) => [stamp, base])).toEqual(
      keys.map(() => [v(5), v(1)]),
    );
    expect(sides.heard).toEqual(keys.map(() => 'local-to-atlas'));
  });

  it.each(['noteSent', 'remove', 'writeTombstone', 'amendTombstone', 'forgetSent'] as const)(
    'end the same where nobody heard the answer to %s',
    (op) => {
      const sides = deletedHere();
      expect(() => settle(sides, losingAnswersOf(op))).toThrow(Unanswered);
      sides.restart();
      expect(settle(sides).result).toEqual(settled);
      expect(sides.atlas.documents.size).toBe(0);
      expect(sides.atlas.tombstones.size).toBe(COUNT);
      for (const each of keys) expect(sides.local.tombstones.get(each)?.pending).toBeNull();
    },
  );

  it.each(['noteSent', 'remove', 'writeTombstone', 'amendTombstone'] as const)(
    'keep what another branch made of one of them before %s',
    (op) => {
      const sides = deletedHere();
      settle(
        sides,
        beforeFirst(op, () => sides.writeOnAtlas(key, v(8), 9)),
      );
      expect(settle(sides).result).toEqual(settled);
      const safe = [sides.onLocal(key)?.content, ...sides.kept.map(({ body }) => body?.[0])];
      expect(safe).toContain(9);
      expect(sides.onLocal(key)?.content).toBe(sides.onAtlas(key)?.content);
    },
  );

  it('share their note until the last of them is settled', () => {
    const sides = deletedHere();
    const recreate = beforeFirst('amendTombstone', () => {
      sides.noteOnLocal(key, { pending: v(9), base: v(5) });
    });
    const run = settle(sides, recreate);
    const names = writesOf(run);
    const [first] = run.operations.flatMap((operation) =>
      operation.op === 'noteSent' ? [operation.note] : [],
    );
    const forgotten = run.operations.findIndex(
      ({ op, ...more }) => op === 'forgetSent' && 'note' in more && more.note === first,
    );
    expect(names.filter((name) => name === 'amendTombstone')).toHaveLength(2);
    expect(forgotten).toBeGreaterThan(run.operations.findLastIndex(({ op }) => op === 'amendTombstone'));
    expect(sides.atlas.tombstones.get(key)?.stamp).toBe(v(9));
  });

  it('are left where push is closed', () => {
    const sides = deletedHere();
    sides.mayPush = false;
    expect(sizesOf(settle(sides))).toEqual([]);
    expect(sides.atlas.documents.size).toBe(COUNT);
  });
});
