import { describe, expect, it } from '@jest/globals';
import { type Deletions, noDeletions } from '../../../src/diff/deletions.js';
import { pairPages } from '../../../src/diff/pair-pages.js';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { asAtlas, asLocal } from '../../../src/memory/memory-document.js';
import {
  type PairedPages,
  type ScannedState,
  type StatePage,
} from '../../../src/operations/scanned-state.js';
import { stampAt } from '../protocol/stamps.js';
import { keyOf } from '../queue/operations.js';
import { digestOf, documentAt, TwoSides } from '../two-sides.js';

function stateOf(number: number): ScannedState {
  const document = documentAt(stampAt(1), 1);
  const { stamp, digest, body } = document;
  const looks = { onAtlas: asAtlas(document, digestOf), onLocal: asLocal(document, digestOf) };
  return { key: keyOf(number), stamp, digest, isPlain: true, body, ...looks };
}

function pageOf(...numbers: readonly number[]): StatePage {
  return { states: numbers.map(stateOf), isEnd: false };
}

/** A page that tells by its bytes, and notes of which keys it was told that they are open; undefined: of none at all. */
function telling(page: StatePage): StatePage & { readonly openKeys: (readonly DocumentKey[] | undefined)[] } {
  const openKeys: (readonly DocumentKey[] | undefined)[] = [];
  const told: PairedPages = { sameCount: 3, unsure: [], last: keyOf(3), local: pageOf(), atlas: pageOf() };
  return {
    ...page,
    openKeys,
    pairWith: (_, { isOpen } = {}) => {
      openKeys.push(isOpen ? page.states.map(({ key }) => key).filter(isOpen) : undefined);
      return told;
    },
  };
}

function* forEver(): Generator<never, void, unknown> {
  yield undefined as never;
}

describe('the pages of both sides', () => {
  it('are paired key by key, up to the first that only one of them has', () => {
    const { context } = new TwoSides();
    const paired = pairPages(context, noDeletions, { local: pageOf(1, 2, 4), atlas: pageOf(1, 2, 3, 4) });
    expect(paired).toMatchObject({ sameCount: 0, last: keyOf(2) });
    expect(paired.unsure.map(({ local, atlas }) => [local.key, atlas.key])).toEqual(
      [1, 2].map((number) => [keyOf(number), keyOf(number)]),
    );
    expect([paired.local, paired.atlas].map(({ states }) => states.map(({ key }) => key))).toEqual([
      [keyOf(4)],
      [keyOf(3), keyOf(4)],
    ]);
  });

  it('are paired by what their bytes tell, where they tell anything', () => {
    const { context } = new TwoSides();
    const page = telling(pageOf(1, 2, 3));
    expect(pairPages(context, noDeletions, { local: page, atlas: pageOf(1, 2, 3) }).sameCount).toBe(3);
    expect(page.openKeys).toEqual([undefined]);
  });

  it('have keys of which their bytes are not asked: those being pushed, and those of which a deletion is known', () => {
    const { context } = new TwoSides();
    context.pushes.during([keyOf(1)], forEver()).next();
    const known: Deletions = {
      local: new Map([
        [keyOf(2), { stamp: null, over: null, floor: null, pending: null, base: null, last: null }],
      ]),
      atlas: new Map([[keyOf(4), { stamp: stampAt(1), base: null }]]),
    };
    const page = telling(pageOf(1, 2, 3, 4));
    pairPages(context, known, { local: page, atlas: pageOf() });
    expect(page.openKeys).toEqual([[keyOf(1), keyOf(2), keyOf(4)]]);
  });
});
