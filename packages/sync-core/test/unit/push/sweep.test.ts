import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byId, page } from '../../../src/memory/paging.js';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
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
  for (let pages = 3 * index.size + 1; !sweep.ended; pages--) {
    if (pages < 0) throw new Error('The sweep does not end.');
    const found = page([...index.values()].sort(byId), { ...sweep.start, limit });
    sweep.read(found, limit);
    for (const { key } of found) reached.add(key);
    const left = new Set(found.map(({ key }) => key));
    for (const { key } of found.filter(settle)) {
      index.delete(key);
      left.delete(key);
    }
    sweep.goOn(left);
  }
  return reached;
}

const anyIds = fc.array(fc.nat(3), { maxLength: 12 });
const anyLimit = fc.integer({ min: 1, max: 4 });

const none: ReadonlySet<DocumentKey> = new Set();

describe('IndexSweep', () => {
  it('has ended where the index is empty', () => {
    const sweep = new IndexSweep();
    expect(sweep.ended).toBe(false);
    sweep.read([], 2);
    expect(sweep.ended).toBe(true);
  });

  it('goes on behind the last id but one of a full page, as the last may have more keys', () => {
    const sweep = new IndexSweep();
    sweep.read([entry(1, 0), entry(2, 1), entry(3, 2)], 3);
    sweep.goOn(none);
    expect(sweep.start).toEqual({ after: idOf(2), skip: 0 });
    expect(sweep.ended).toBe(false);
  });

  it('passes over those keys of the last id that were left there', () => {
    const sweep = new IndexSweep();
    sweep.read([entry(1, 0), entry(2, 1), entry(2, 2)], 3);
    sweep.goOn(new Set([keyOf(0), keyOf(2)]));
    expect(sweep.start).toEqual({ after: idOf(1), skip: 1 });
    sweep.read([entry(2, 3), entry(2, 4), entry(2, 5)], 3);
    sweep.goOn(new Set([keyOf(3), keyOf(4)]));
    expect(sweep.start).toEqual({ after: idOf(1), skip: 3 });
  });

  it('reaches every key, whatever settles, although one id stands for more keys than a page', () => {
    fc.assert(
      fc.property(anyIds, anyLimit, fc.func(fc.boolean()), (ids, limit, settle) => {
        expect(sweepOver(indexOf(ids), { limit, settle: ({ key }) => settle(key) }).size).toBe(ids.length);
      }),
    );
  });
});
