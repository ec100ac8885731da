import { describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { reconcile, type ReconcileResult } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import {
  beforeFirst,
  type Interference,
  losingAnswersOf,
  type Run,
  sizesOf,
  Unanswered,
} from '../run-step.js';
import { bodyOf, documentAt, refusal, TwoSides } from '../two-sides.js';

const COUNT = 5;
const keys: readonly DocumentKey[] = Array.from({ length: COUNT }, (_, number) => keyOf(number));
const key = keyOf(2);
const settled: ReconcileResult = { waiting: [], unsettled: [], toPush: [], refused: [] };

type Meeting = 'both' | 'atlas' | 'local';

/** Documents that were never synced, on the sides named. */
function met(where: Meeting): TwoSides {
  const sides = new TwoSides();
  keys.forEach((each, content) => {
    if (where !== 'atlas') sides.local.documents.set(each, documentAt(null, content));
    if (where !== 'local') sides.atlas.documents.set(each, documentAt(null, content));
  });
  return sides;
}

function settle(sides: TwoSides, interference?: Interference): Run<ReconcileResult> {
  return sides.run(reconcile(sides.context, keys), interference);
}

function expectEqual(sides: TwoSides): void {
  for (const each of keys) {
    const [here, there] = [sides.local.documents.get(each), sides.atlas.documents.get(each)];
    expect(here).toMatchObject({ body: there?.body, stamp: there?.stamp, dirty: null });
    expect(here?.stamp).not.toBeNull();
  }
}

describe('many keys whose answers are plain', () => {
  it.each([
    [
      'both',
      [
        ['seal', COUNT],
        ['amend', COUNT],
      ],
    ],
    [
      'atlas',
      [
        ['seal', COUNT],
        ['insert', COUNT],
      ],
    ],
    [
      'local',
      [
        ['amend', COUNT],
        ['noteSent', 1],
        ['push', COUNT],
        ['acknowledge', COUNT],
        ['forgetSent', 1],
      ],
    ],
  ] as const)('are settled set-wise where documents without versions are on %s', (where, expected) => {
    const sides = met(where);
    const run = settle(sides);
    expect(run.result).toEqual(settled);
    expect(sizesOf(run)).toEqual(expected);
    expectEqual(sides);
  });

  it.each([
    ['both', 'seal'],
    ['both', 'amend'],
    ['atlas', 'seal'],
    ['atlas', 'insert'],
    ['local', 'amend'],
    ['local', 'push'],
    ['local', 'acknowledge'],
  ] as const)('end the same where they are on %s and nobody heard the answer to %s', (where, op) => {
    const sides = met(where);
    expect(() => settle(sides, losingAnswersOf(op))).toThrow(Unanswered);
    sides.restart();
    expect(settle(sides).result).toEqual(settled);
    expectEqual(sides);
    expect(sides.kept).toEqual([]);
  });

  it('are adopted set-wise where another branch was first with the seals', () => {
    const sides = met('both');
    const other = beforeFirst('seal', () =>
      keys.forEach((each, content) => sides.atlas.documents.set(each, documentAt(v(content + 1), content))),
    );
    const run = settle(sides, other);
    expect(sizesOf(run)).toEqual([
      ['seal', COUNT],
      ['amend', COUNT],
    ]);
    expect(sides.onLocal(key)?.stamp).toBe(v(3));
    expectEqual(sides);
  });

  it.each(['seal', 'amend', 'insert', 'push', 'acknowledge'] as const)(
    'take what the application writes to one of them before %s',
    (op) => {
      for (const where of ['both', 'atlas', 'local'] as const) {
        const sides = met(where);
        const seen: string[] = [];
        const write = beforeFirst(op, () => {
          seen.push(where);
          sides.write(key, v(9), 9);
        });
        settle(sides, write);
        expect(settle(sides).result).toEqual(settled);
        expectEqual(sides);
        expect(sides.onLocal(key)?.content).toBe(seen.length > 0 ? 9 : 2);
      }
    },
  );

  it.each(['seal', 'amend', 'insert', 'push', 'acknowledge'] as const)(
    'take or keep what a foreign hand makes of one of them on Atlas before %s',
    (op) => {
      for (const where of ['both', 'atlas', 'local'] as const) {
        const sides = met(where);
        const seen: string[] = [];
        const edit = beforeFirst(op, () => {
          seen.push(where);
          sides.atlas.editInPlace(key, bodyOf(9));
        });
        settle(sides, edit);
        sides.run(reconcile(sides.context, [key])); // its event
        expectEqual(sides);
        const safe = [sides.onAtlas(key)?.content, ...sides.kept.map(({ body }) => body?.[0])];
        expect(safe).toContain(seen.length > 0 ? 9 : 2);
      }
    },
  );

  it('are not held up by one that Atlas does not let be sealed', () => {
    const sides = met('both');
    const refusing: Interference = {
      answer: (operation) =>
        operation.op === 'seal'
          ? operation.entries.map((entry) =>
              entry.key === key
                ? refusal
                : sides.atlas.perform({ side: 'atlas', op: 'seal', entries: [entry] })[0],
            )
          : undefined,
    };
    const run = settle(sides, refusing);
    expect(run.result).toEqual({ ...settled, refused: [key] });
    expect(sides.onAtlas(key)?.stamp).toBeNull();
    expect(keys.filter((each) => sides.onLocal(each)?.stamp === null)).toEqual([key]);
    expect(sides.heard).toEqual(['quarantined atlas-to-local']);
  });

  it('are looked at again where an acknowledged id does not stand for the same content', () => {
    const sides = new TwoSides();
    for (const each of keys) {
      sides.share(each, v(5), 1);
      sides.write(each, v(5), 2);
    }
    settle(sides);
    expectEqual(sides);
  });

  it('go alone where push is closed, and none is sent', () => {
    const sides = met('local');
    sides.mayPush = false;
    expect(sizesOf(settle(sides))).toEqual([['amend', COUNT]]);
    expect(sides.atlas.documents.size).toBe(0);
  });
});
