import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideLastWriteWins } from '../../../src/conflict/last-write-wins.js';
import { stampTimeMs } from '../../../src/protocol/stamp.js';
import { anyStamp, stampAt } from '../protocol/stamps.js';

describe('decideLastWriteWins', () => {
  it.each([
    ['the later local write', stampAt(2), stampAt(1), 'local'],
    ['the later write on Atlas', stampAt(1), stampAt(2), 'atlas'],
    ['the local write with the greater tail of one millisecond', stampAt(1, 2), stampAt(1, 1), 'local'],
    ['the write on Atlas with the greater tail of one millisecond', stampAt(1, 1), stampAt(1, 2), 'atlas'],
    ['Atlas where both are the same version', stampAt(1), stampAt(1), 'atlas'],
    ['a local write where Atlas has no stamp', stampAt(0), null, 'local'],
    ['a write on Atlas where Local has no stamp', null, stampAt(0), 'atlas'],
    ['Atlas where neither has a stamp', null, null, 'atlas'],
  ] as const)('chooses %s', (_, local, atlas, winner) => {
    expect(decideLastWriteWins(local, atlas)).toBe(winner);
  });

  it('finds the same winner on every branch, whichever write is the local one there', () => {
    fc.assert(
      fc.property(anyStamp, anyStamp, (a, b) => {
        fc.pre(a !== b);
        const here = decideLastWriteWins(a, b) === 'local' ? a : b;
        const there = decideLastWriteWins(b, a) === 'local' ? b : a;
        expect(here).toBe(there);
      }),
    );
  });

  it('never lets an earlier time win', () => {
    fc.assert(
      fc.property(anyStamp, anyStamp, (local, atlas) => {
        const [winner, loser] =
          decideLastWriteWins(local, atlas) === 'local' ? [local, atlas] : [atlas, local];
        expect(stampTimeMs(winner)).toBeGreaterThanOrEqual(stampTimeMs(loser));
      }),
    );
  });

  it('has one winner among any number of writes, in whatever order they meet', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyStamp, { minLength: 1, maxLength: 6 }), (stamps) => {
        const meet = (all: typeof stamps) =>
          all.reduce((a, b) => (decideLastWriteWins(a, b) === 'local' ? a : b));
        expect(meet(stamps.toReversed())).toBe(meet(stamps));
      }),
    );
  });
});
