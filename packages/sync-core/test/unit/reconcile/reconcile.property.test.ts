import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { keyOf } from '../queue/operations.js';
import { writesOf } from '../run-step.js';
import { type TwoSides } from '../two-sides.js';
import { anySides } from './any-sides.js';

const { numRuns = 100 } = fc.readConfigureGlobal();
const key = keyOf(0);

function settle(sides: TwoSides): ReturnType<typeof sides.run<unknown>> {
  return sides.run(reconcile(sides.context, [key]));
}

/** The same content and version, and nothing left to tell. */
function expectEqual({ local, atlas }: TwoSides): void {
  const [ours, theirs] = [local.documents.get(key), atlas.documents.get(key)];
  expect(ours?.body).toEqual(theirs?.body);
  expect(ours?.stamp).toEqual(theirs?.stamp);
  expect(ours?.dirty ?? null).toBeNull();
  expect(local.tombstones.get(key)?.pending ?? null).toBeNull();
}

describe('reconcile, where nobody interferes', () => {
  it('ends settled, with both sides equal unless Local is held or being deleted', () => {
    fc.assert(
      fc.property(anySides, (sides) => {
        expect(settle(sides).result).toEqual({ waiting: [], unsettled: [], busy: [], refused: [] });
        const local = sides.local.documents.get(key);
        if (!local?.held && !local?.deleting) expectEqual(sides);
      }),
      { numRuns: numRuns * 50 },
    );
  });

  it('asks for no write the second time', () => {
    fc.assert(
      fc.property(anySides, (sides) => {
        settle(sides);
        expect(writesOf(settle(sides))).toEqual([]);
      }),
      { numRuns: numRuns * 20 },
    );
  });
});
