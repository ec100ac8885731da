import { describe, expect, it } from '@jest/globals';
import { discard as discarding, type DiscardOutcome } from '../../../src/quarantine/discard.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { bodyOf, documentAt, refusal, refusedBy, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function discard(sides: TwoSides, interference?: Interference): Run<DiscardOutcome> {
  const discarded = { key, direction: 'local-to-atlas', stamp: v(3) } as const;
  return sides.run(discarding(sides.context, discarded), interference);
}

/** A held write that Atlas has beaten, or not. */
function held({ onAtlas }: { readonly onAtlas: boolean }): TwoSides {
  const sides = new TwoSides();
  sides.local.documents.set(key, documentAt(v(1), 3, { digest: null, dirty: v(3), held: true }));
  if (onAtlas) sides.writeOnAtlas(key, v(2), 2);
  return sides;
}

describe('a refused local write that is discarded', () => {
  it("keeps a held state and takes Atlas' version", () => {
    const sides = held({ onAtlas: true });
    const run = discard(sides);
    expect(run.result).toBe('done');
    expect(writesOf(run)).toEqual(['keep', 'store']);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(2), 2));
    expect(sides.kept).toMatchObject([
      { loser: 'local', losingStamp: v(3), reason: 'chosen', body: bodyOf(3) },
    ]);
  });

  it('removes a held state without a deletion where Atlas has none, and notes that it is no deletion', () => {
    const sides = held({ onAtlas: false });
    const run = discard(sides);
    expect(run.result).toBe('done');
    expect(writesOf(run)).toEqual(['keep', 'noteRemoval', 'remove']);
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.local.tombstones.get(key)).toMatchObject({ stamp: null, pending: null });
    expect(sides.kept).toMatchObject([{ loser: 'local', reason: 'chosen', body: bodyOf(3) }]);
  });

  it('has nothing to do where there is no document', () => {
    const run = discard(new TwoSides());
    expect(run.result).toBe('done');
    expect(writesOf(run)).toEqual([]);
  });

  it.each([true, false])(
    'discards nothing that the application wrote meanwhile (on Atlas: %s)',
    (onAtlas) => {
      const sides = held({ onAtlas });
      const writing = beforeFirst(onAtlas ? 'store' : 'remove', () => sides.write(key, v(9), 9));
      expect(discard(sides, writing).result).toBe('changed');
      expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(9), body: bodyOf(9) });
    },
  );

  it('gives up nothing but the write that waits: not one that the application has made since', () => {
    for (const onAtlas of [true, false]) {
      const sides = held({ onAtlas });
      sides.write(key, v(9), 9);
      const run = discard(sides);
      expect(run.result).toBe('changed');
      expect(writesOf(run)).toEqual([]);
    }
  });

  it('leaves alone a document that was made anew on top of a deletion', () => {
    const sides = held({ onAtlas: true });
    sides.noteOnLocal(key, { pending: v(2), base: v(1) });
    const run = discard(sides);
    expect(run.result).toBe('changed');
    expect(writesOf(run)).toEqual([]);
  });

  it("leaves Atlas' version waiting for the document that holds its unique value", () => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    sides.local.documents.set(key, documentAt(v(1), 3, { digest: null, dirty: v(3), held: true }));
    sides.writeOnAtlas(key, v(2), 2);
    sides.write(keyOf(1), v(4), 2);
    expect(discard(sides).result).toBe('refused');
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key, direction: 'atlas-to-local', refusal: { holder: keyOf(1), conflictingKey: { number: '2' } } },
    ]);
  });

  it('asks to be asked again where a deletion is under way', () => {
    const sides = held({ onAtlas: true });
    let reads = 0;
    const before: Interference['before'] = ({ side, op }) => {
      if (side === 'local' && op === 'readTombstones' && ++reads === 2) sides.delete(key, v(6));
    };
    expect(discard(sides, { before }).result).toBe('changed');
  });

  it("discards nothing where Local refuses Atlas' version", () => {
    const sides = held({ onAtlas: true });
    const run = discard(sides, { answer: ({ op }) => (op === 'store' ? [refusal] : undefined) });
    expect(run.result).toBe('refused');
    expect(sides.local.documents.get(key)?.dirty).toBe(v(3));
    expect(sides.heard).toContain('quarantined atlas-to-local');
  });

  it("takes Atlas' version though the model of this branch refuses it", () => {
    const sides = held({ onAtlas: true });
    sides.rules = { applyLogic: 'foreign' };
    const run = discard(sides, refusedBy('model'));
    expect(run.result).toBe('done');
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(2), 2));
    expect(sides.local.quarantine.size).toBe(0);
  });

  it('waits until a state has a version that a foreign hand wrote on Atlas', () => {
    const sides = held({ onAtlas: false });
    sides.atlas.editInPlace(key, bodyOf(2));
    const run = discard(sides);
    expect(run.result).toBe('changed');
    expect(writesOf(run)).toEqual([]);
  });

  it('waits until a state has an id that was written past capture on Local', () => {
    const sides = new TwoSides();
    sides.local.documents.set(key, documentAt(null, 1));
    const run = discard(sides);
    expect(run.result).toBe('changed');
    expect(writesOf(run)).toEqual([]);
  });
});
