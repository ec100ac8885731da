import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type Stamp, stampTimeMs } from '../../../src/protocol/stamp.js';
import { keyOf } from '../queue/operations.js';
import { writesOf } from '../run-step.js';
import { type TwoSides } from '../two-sides.js';
import { anySides, anyStates, toSides } from './any-sides.js';

const { numRuns = 100 } = fc.readConfigureGlobal();
const key = keyOf(0);

function settle(sides: TwoSides): ReturnType<typeof sides.run<unknown>> {
  return sides.run(reconcile(sides.context, [key]));
}

/** Nothing comes to Local: what Atlas has more than it is no difference. */
function isPullOff({ rules: { oneWay = false, insertOnly = false } }: TwoSides): boolean {
  return oneWay && !insertOnly;
}

/** The same content and version, and nothing left to tell. */
function expectEqual({ local, atlas }: TwoSides): void {
  const [ours, theirs] = [local.documents.get(key), atlas.documents.get(key)];
  expect(ours?.body).toEqual(theirs?.body);
  expect(ours?.stamp).toEqual(theirs?.stamp);
  expect(ours?.dirty ?? null).toBeNull();
  expect(local.tombstones.get(key)?.pending ?? null).toBeNull();
}

/** What is left of a key, but for the tails of the versions that were made on the way. */
function outcomeOf(sides: TwoSides, each: DocumentKey): unknown {
  const timeOf = (stamp: Stamp | null | undefined): number | null => (stamp ? stampTimeMs(stamp) : null);
  const shortly = ({ documents }: TwoSides['local'] | TwoSides['atlas']): unknown => {
    const found = documents.get(each);
    return (
      found && [
        found.body[0],
        timeOf(found.stamp),
        timeOf(found.dirty),
        found.held,
        found.deleting,
        found.digest,
      ]
    );
  };
  const tombstones = [sides.local.tombstones.get(each), sides.atlas.tombstones.get(each)];
  const kept = sides.kept
    .filter(({ key: of }) => of === each)
    .map(({ loser, reason, body }) => [loser, reason, body]);
  return [shortly(sides.local), shortly(sides.atlas), tombstones.map((known) => timeOf(known?.stamp)), kept];
}

describe('reconcile, where nobody interferes', () => {
  it('ends settled, with both sides equal unless Local is held or being deleted', () => {
    fc.assert(
      fc.property(anySides, (sides) => {
        expect(settle(sides).result).toEqual({ waiting: [], unsettled: [], toPush: [], refused: [] });
        const local = sides.local.documents.get(key);
        if (!local?.held && !local?.deleting && !isPullOff(sides)) expectEqual(sides);
      }),
      { numRuns: numRuns * 50 },
    );
  });

  it('ends where pull is off with what Local held, and no write of it that has yet to go out', () => {
    fc.assert(
      fc.property(anySides.filter(isPullOff), (sides) => {
        const before = sides.local.documents.get(key);
        const wasDeletedHere = (sides.local.tombstones.get(key)?.pending ?? null) !== null;
        settle(sides);
        const local = sides.local.documents.get(key);
        if (local || !wasDeletedHere) expect(local?.body).toEqual(before?.body);
        if (!local?.held && !local?.deleting && !local?.derived) expect(local?.dirty ?? null).toBeNull();
      }),
      { numRuns: numRuns * 20 },
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

  it('brings many keys at once to what each comes to alone', () => {
    fc.assert(
      fc.property(anyStates, ({ states, rules }) => {
        const together = toSides(states, rules);
        const all = states.map((_, number) => keyOf(number));
        const { result } = together.run(reconcile(together.context, all));
        expect(result).toEqual({ waiting: [], unsettled: [], toPush: [], refused: [] });
        const alone = states.map((state, number) => {
          const sides = toSides([...Array<undefined>(number), state], rules);
          sides.run(reconcile(sides.context, [keyOf(number)]));
          return outcomeOf(sides, keyOf(number));
        });
        expect(all.map((each) => outcomeOf(together, each))).toEqual(alone);
        expect(writesOf(together.run(reconcile(together.context, all)))).toEqual([]);
      }),
      { numRuns: numRuns * 20 },
    );
  });
});
