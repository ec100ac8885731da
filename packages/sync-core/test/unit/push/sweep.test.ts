import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byId, page } from '../../../src/memory/paging.js';
import { type DirtyKey } from '../../../src/operations/local-operation.js';
import { IndexSweep } from '../../../src/push/sweep.js';
import { idOf, keyOf } from '../queue/operations.js';

const entry = (id: number, key: number): DirtyKey => ({ id: idOf(id), key: keyOf(key) });

/** An index where `ids[key]` is the id of that key. */
function indexOf(ids: readonly number[]): Map<string, DirtyKey> {
  return new Map(ids.map((id, key) => [keyOf(key), entry(id, key)]));
}

/** Sweeps an index whose keys `settle` or stay; returns the keys that were reached. Throws where it does not end. */
function sweepOver(
  index: Map<string, DirtyKey>,
  { limit, settle }: { readonly limit: number; readonly settle: (entry: DirtyKey) => boolean },
): ReadonlySet<string> {
  const sweep = new IndexSweep();
  const reached = new Set<string>();
  let progressed = false;
  for (let pages = 3 * index.size + 1; !sweep.ended; pages--) {
    if (pages < 0) throw new Error('The sweep does not end.');
    const found = page([...index.values()].sort(byId), sweep.after, limit);
    sweep.advance(found, { limit, progressed });
    for (const { key } of found) reached.add(key);
    const settled = found.filter(settle);
    for (const { key } of settled) index.delete(key);
    progressed = settled.length > 0;
  }
  return reached;
}

const anyIds = fc.array(fc.nat(3), { maxLength: 12 });
const anyLimit = fc.integer({ min: 1, max: 4 });

describe('IndexSweep', () => {
  it('has ended where the index is empty', () => {
    const sweep = new IndexSweep();
    expect(sweep.ended).toBe(false);
    sweep.advance([], { limit: 2, progressed: false });
    expect(sweep.ended).toBe(true);
  });

  it('goes on behind the last id but one of a full page, as the last may have more keys', () => {
    const sweep = new IndexSweep();
    sweep.advance([entry(1, 0), entry(2, 1), entry(3, 2)], { limit: 3, progressed: false });
    expect(sweep.after).toBe(idOf(2));
    expect(sweep.ended).toBe(false);
  });

  it('goes on behind an id of which a whole page does not settle', () => {
    const sweep = new IndexSweep();
    const found = [entry(1, 0), entry(1, 1)];
    sweep.advance(found, { limit: 2, progressed: false });
    expect(sweep.after).toBeNull();
    sweep.advance(found, { limit: 2, progressed: true });
    expect(sweep.after).toBeNull();
    sweep.advance(found, { limit: 2, progressed: false });
    expect(sweep.after).toBe(idOf(1));
  });

  it('reaches every key where all settle, although one id stands for more keys than a page', () => {
    fc.assert(
      fc.property(anyIds, anyLimit, (ids, limit) => {
        expect(sweepOver(indexOf(ids), { limit, settle: () => true }).size).toBe(ids.length);
      }),
    );
  });

  it('ends whatever settles, and reaches every id', () => {
    fc.assert(
      fc.property(anyIds, anyLimit, fc.func(fc.boolean()), (ids, limit, settle) => {
        const reached = sweepOver(indexOf(ids), { limit, settle: ({ key }) => settle(key) });
        const reachedIds = ids.filter((_, key) => reached.has(keyOf(key)));
        expect(new Set(reachedIds)).toEqual(new Set(ids));
      }),
    );
  });

  it('reaches every key where fewer than a page of an id do not settle', () => {
    fc.assert(
      fc.property(anyIds, fc.nat(11), (ids, stuck) => {
        const settle = ({ key }: DirtyKey): boolean => key !== keyOf(stuck);
        expect(sweepOver(indexOf(ids), { limit: 2, settle }).size).toBe(ids.length);
      }),
    );
  });
});
