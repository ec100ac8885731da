import { describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type Look, lookAt } from '../../../src/reconcile/look.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run } from '../run-step.js';
import { bodyOf, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function lookFor(keys: readonly DocumentKey[], sides = new TwoSides()): Run<readonly Look[]> {
  return sides.run(lookAt(sides.context, keys));
}

describe('lookAt', () => {
  it('finds all that both sides hold', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.noteOnLocal(key, { floor: v(2) });
    sides.atlas.tombstones.set(key, { stamp: v(3), base: v(1) });
    sides.local.sent.set('note', [{ key, stamp: v(4) }]);
    expect(sides.run(lookAt(sides.context, [key])).result).toMatchObject([
      {
        local: { stamp: v(1), body: bodyOf(1) },
        localTombstone: { floor: v(2) },
        atlas: { stamp: v(1), edited: 'no' },
        atlasTombstone: { stamp: v(3) },
        sent: new Set([v(4)]),
      },
    ]);
  });

  it('finds nothing where nothing is', () => {
    const nothing = { local: null, localTombstone: null, atlas: null, atlasTombstone: null, sent: new Set() };
    expect(lookFor([key]).result).toEqual([nothing]);
  });

  it('reads Atlas before Local, what was sent before what Local holds, and tombstones around documents', () => {
    const { operations } = lookFor([key]);
    expect(operations.map(({ side, op }) => `${side} ${op}`)).toEqual([
      'atlas readWithin',
      'atlas readTombstones',
      'local readSent',
      'local readTombstones',
      'local readWithin',
      'local readTombstones',
    ]);
  });

  it.each(['stamp', 'floor', 'pending', 'base', 'last'] as const)(
    'asks to look again where the %s of a tombstone changed while it looked',
    (name) => {
      const sides = new TwoSides();
      sides.noteOnLocal(key, {});
      const changing: Interference = {
        before: ({ side, op }) => {
          if (side === 'local' && op === 'readWithin') sides.noteOnLocal(key, { [name]: v(3) });
        },
      };
      expect(sides.run(lookAt(sides.context, [key]), changing).result).toEqual([null]);
    },
  );

  it('asks to look again only at the key whose tombstone appeared', () => {
    const sides = new TwoSides();
    let tombstoneReads = 0;
    const appearing: Interference = {
      before: ({ side, op }) => {
        if (side === 'local' && op === 'readTombstones' && ++tombstoneReads === 2)
          sides.noteOnLocal(key, { stamp: v(3) });
      },
    };
    const [first, second] = sides.run(lookAt(sides.context, [key, keyOf(1)]), appearing).result;
    expect(first).toBeNull();
    expect(second).not.toBeNull();
  });

  it('asks to look again at a key of which a push is under way, and reads no more of it', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    const { pushes } = sides.context;
    const { operations, result } = sides.run(pushes.during([key], lookAt(sides.context, [key])));
    expect(result).toEqual([null]);
    expect(operations.map(({ side, op }) => `${side} ${op}`)).toEqual(['atlas readWithin']);
    expect(lookFor([key], sides).result).toMatchObject([{ local: { stamp: v(1) } }]);
  });

  it('finds the others beside a key of which a push is under way', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.share(keyOf(1), v(2));
    const look = lookAt(sides.context, [key, keyOf(1)]);
    const [first, second] = sides.run(sides.context.pushes.during([key], look)).result;
    expect(first).toBeNull();
    expect(second).toMatchObject({ local: { stamp: v(2) }, atlas: { stamp: v(2) } });
  });

  it('takes no deletion for unexplained that Atlas made while it looked', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    const [view] = sides.run(
      lookAt(sides.context, [key]),
      beforeFirst('readTombstones', () => sides.deleteOnAtlas(key, v(2))),
    ).result;
    expect(view).toMatchObject({ atlas: { stamp: v(1) }, atlasTombstone: { stamp: v(2) } });
  });
});
