import { describe, expect, it } from '@jest/globals';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { discard as discarding, type DiscardOutcome } from '../../../src/quarantine/discard.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference, type Run } from '../run-step.js';
import { bodyOf, documentAt, refusedBy, TwoSides } from '../two-sides.js';

const [key, winner] = [keyOf(0), keyOf(1)];
const TAKEN = 5;

function discard(sides: TwoSides, interference?: Interference): Run<DiscardOutcome> {
  const stamp = sides.atlas.documents.get(key)?.stamp ?? v(2);
  const discarded = { key, direction: 'atlas-to-local', stamp } as const;
  return sides.run(discarding(sides.context, discarded), interference);
}

/** A version of Atlas that this branch refused, over what Local had. */
function refused(who: 'model' | 'server', local: 'clean' | 'none' | 'dirty' = 'clean'): TwoSides {
  const sides = new TwoSides();
  sides.rules = { applyLogic: 'foreign' };
  if (local !== 'none') sides.share(key, v(1), 1);
  if (local === 'dirty') sides.write(key, v(2), 2);
  sides.writeOnAtlas(key, v(3), 3);
  sides.run(reconcile(sides.context, [key]), refusedBy(who));
  expect(sides.local.quarantine.size).toBe(1);
  return sides;
}

const released = (sides: TwoSides): boolean => {
  sides.run(sweepQuarantine({ after: null, limit: 10 }));
  return sides.local.quarantine.size === 0;
};

it('gives nothing up for another version of Atlas than the one that waits', () => {
  const sides = new TwoSides();
  sides.rules = { applyLogic: 'foreign' };
  sides.writeOnAtlas(key, v(5), 2);
  const discarded = { key, direction: 'atlas-to-local', stamp: v(2) } as const;
  expect(sides.run(discarding(sides.context, discarded), refusedBy('model')).result).toBe('changed');
  expect(sides.onLocal(key)).toBeNull();
});

describe('a refused version of Atlas that is discarded', () => {
  it.each(['clean', 'none', 'dirty'] as const)(
    'is taken as it is where the model still refuses it: both sides are equal (Local: %s)',
    (local) => {
      const sides = refused('model', local);
      expect(discard(sides, refusedBy('model')).result).toBe('done');
      expect(sides.local.documents.get(key)).toEqual(documentAt(v(3), 3));
      expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
      expect(released(sides)).toBe(true);
    },
  );

  it('keeps the local write that lost to it, and no state that Atlas has had', () => {
    const dirty = refused('model', 'dirty');
    discard(dirty, refusedBy('model'));
    expect(dirty.kept).toMatchObject([{ loser: 'local', losingStamp: v(2), body: bodyOf(2) }]);
    const clean = refused('model', 'clean');
    discard(clean, refusedBy('model'));
    expect(clean.kept).toEqual([]);
  });

  it('passes its model where that accepts it by now', () => {
    const sides = refused('model');
    const accepting: Interference = {
      answer: (operation) =>
        operation.side === 'model' ? operation.entries.map(() => bodyOf(7)) : undefined,
    };
    expect(discard(sides, accepting).result).toBe('done');
    expect(sides.onLocal(key)?.content).toBe(7);
    expect(sides.onAtlas(key)?.content).toBe(7);
  });

  it('stays in quarantine where the server of Local refuses it', () => {
    const sides = refused('server');
    expect(discard(sides, refusedBy('server')).result).toBe('refused');
    expect(sides.onLocal(key)?.content).toBe(1);
    expect(released(sides)).toBe(false);
  });

  it('stays in quarantine, waiting for the other document, where that still holds its unique value', () => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    sides.share(winner, v(1), TAKEN);
    sides.atlas.documents.set(key, documentAt(v(3), TAKEN));
    sides.run(reconcile(sides.context, [key]));
    expect(discard(sides).result).toBe('refused');
    const waiting = [...sides.local.quarantine.values()];
    expect(waiting).toMatchObject([{ key, wait: { holder: winner } }]);
  });

  it('has nothing to do where it is gone from Atlas', () => {
    const sides = refused('model', 'none');
    sides.atlas.erase(key);
    expect(discard(sides).result).toBe('done');
    expect(sides.onLocal(key)).toBeNull();
  });
});
