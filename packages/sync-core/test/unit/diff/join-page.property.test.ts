import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseSide } from '../../../src/diff/choose-side.js';
import { allDeletions } from '../../../src/diff/deletions.js';
import { classifyFound } from '../../../src/diff/find-page.js';
import { type JoinedPage, joinPage } from '../../../src/diff/join-page.js';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type MemoryDocument } from '../../../src/memory/index.js';
import { decide } from '../../../src/protocol/decide.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { type LocalTombstone, type View } from '../../../src/protocol/state.js';
import { PushesUnderWay } from '../../../src/push/pushes-under-way.js';
import { lookAt } from '../../../src/reconcile/look.js';
import { stampAt } from '../protocol/stamps.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run } from '../run-step.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const stamp: fc.Arbitrary<Stamp> = fc.integer({ min: 1, max: 3 }).map((number) => stampAt(number));
/** Mostly the usual, so that most keys have nothing odd about them, and many have one thing. */
const seldom = <T>(value: fc.Arbitrary<T>, usual: T): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 12 }, { arbitrary: value, weight: 1 });

const document: fc.Arbitrary<MemoryDocument> = fc
  .record({
    version: fc.option(stamp, { freq: 9 }),
    content: seldom(fc.nat(1), 0),
    digest: seldom(fc.constantFrom('none', 'other'), 'right'),
    dirty: seldom(fc.option(stamp), null),
    held: seldom(fc.boolean(), false),
    deleting: seldom(fc.boolean(), false),
    last: seldom(fc.option(stamp), null),
    derived: seldom(fc.boolean(), false),
  })
  .map(({ version, content, digest, ...marks }) => ({
    ...documentAt(version, content, marks),
    digest: digest === 'none' ? null : digestOf(bodyOf(digest === 'right' ? content : 7)),
  }));

const unmarked = { dirty: null, held: false, deleting: false, last: null, derived: false };
const localTombstone: fc.Arbitrary<LocalTombstone> = fc.record({
  stamp: fc.option(stamp),
  over: fc.constant(null),
  floor: seldom(fc.option(stamp), null),
  pending: seldom(fc.option(stamp), null),
  base: fc.option(stamp),
  last: fc.constant(null),
});

/** Mostly the same document on both sides, else one of each side's own, or none. */
const place = fc
  .record({
    shared: document,
    local: seldom(fc.option(document), null),
    atlas: seldom(fc.option(document), null),
    kind: fc.constantFrom('shared', 'shared', 'shared', 'local', 'atlas', 'own', 'none'),
    localTombstone: seldom(fc.option(localTombstone), null),
    atlasTombstone: seldom(fc.option(fc.record({ stamp, base: fc.option(stamp) })), null),
    isPushed: seldom(fc.boolean(), false),
  })
  .map(({ kind, shared, ...more }) => {
    const local = kind === 'atlas' || kind === 'none' ? null : shared;
    const atlas = kind === 'local' || kind === 'none' ? null : { ...shared, ...unmarked };
    return kind === 'own' ? more : { ...more, local, atlas };
  });
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

function sidesOf(places: readonly Place[]): TwoSides {
  const sides = new TwoSides();
  places.forEach(({ local, atlas, localTombstone: here, atlasTombstone: there, isPushed }, number) => {
    const key = keyOf(number);
    if (local) sides.local.documents.set(key, local);
    if (atlas) sides.atlas.documents.set(key, atlas);
    if (here) sides.local.tombstones.set(key, here);
    if (there) sides.atlas.tombstones.set(key, there);
    if (isPushed) sides.context.pushes.during([key], forEver()).next();
  });
  return sides;
}

function* forEver(): Generator<never, void, unknown> {
  yield undefined as never;
}

/** All pages of both sides; with what both know of deletions read before, where there are not too many, or with each page. */
function joinAll(sides: TwoSides, limit: number, interference?: Interference, isAsked = limit % 2 === 0) {
  const pages: JoinedPage[] = [];
  const deletions = isAsked ? null : sides.run(allDeletions('bills')).result;
  let isLocalRead = false;
  for (let after: DocumentKey | null = null, more = true; more;) {
    const scan = { collection: 'bills', after, limit, deletions, isLocalRead };
    const run: Run<JoinedPage> = sides.run(joinPage(sides.context, scan), interference);
    pages.push(run.result);
    ({ next: after, isLocalRead } = run.result);
    more = after !== null;
  }
  const shown = pages.flatMap((page) => page.shown);
  const rest = [...shown.map(({ key }) => key), ...pages.flatMap((page) => page.rest)];
  return { shown, rest, equalCount: pages.reduce((sum, page) => sum + page.equalCount, 0), pages };
}

function keysOf(sides: TwoSides): readonly DocumentKey[] {
  return [...new Set([...sides.local.documents.keys(), ...sides.atlas.documents.keys()])].sort();
}

/** The oracle: nothing is to be done about the key, by the protocol or by an operator's choice, and it is no difference. */
function isQuiet(sides: TwoSides, key: DocumentKey): boolean {
  const [view] = sides.run(lookAt(sides.context, [key], { untouched: true })).result;
  if (!view || view === 'later') return false;
  if (decide(view, sides.context.rulesFor(key)).do !== 'nothing') return false;
  return classifyFound(sides.context, { key, view }) === 'equal' && !isChosen(sides, key, view);
}

function isChosen(sides: TwoSides, key: DocumentKey, view: View): boolean {
  return (['local', 'atlas'] as const).some((prefer) => {
    const choice = { prefer, historyLost: true };
    const { result, operations } = sides.run(chooseSide(sides.context, key, { view, choice }));
    return result !== null || operations.length > 0;
  });
}

const places = fc.array(place, { maxLength: 14 });
const limits = fc.integer({ min: 1, max: 6 });

describe('joining both sides', () => {
  it('calls nothing equal that a look would do anything about', () => {
    let equalCount = 0;
    fc.assert(
      fc.property(places, limits, (all, limit) => {
        const sides = sidesOf(all);
        const joined = joinAll(sides, limit);
        const rest = new Set(joined.rest);
        const equal = keysOf(sides).filter((key) => !rest.has(key));
        expect(equal.filter((key) => !isQuiet(sides, key))).toEqual([]);
        equalCount += equal.length;
      }),
      { numRuns: 3_000 },
    );
    expect(equalCount).toBeGreaterThan(3_000); // it has something to be wrong about
  });

  it('shows what both sides hold of a key that is not the same, where neither knows of a deletion', () => {
    let shownCount = 0;
    fc.assert(
      fc.property(places, limits, (all, limit) => {
        const sides = sidesOf(all);
        for (const { key, local, atlas } of joinAll(sides, limit).shown) {
          const [view] = sides.run(lookAt({ pushes: new PushesUnderWay() }, [key])).result;
          expect(view).toMatchObject({ localTombstone: null, atlasTombstone: null });
          expect(view).toMatchObject({ local: local?.onLocal ?? null, atlas: atlas?.onAtlas ?? null });
          shownCount += 1;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(shownCount).toBeGreaterThan(1_000);
  });

  it('shows each key of either side once, whatever the pages', () => {
    fc.assert(
      fc.property(places, limits, (all, limit) => {
        const sides = sidesOf(all);
        const { rest, equalCount, pages } = joinAll(sides, limit);
        const keys = keysOf(sides);
        expect(new Set(rest).size).toBe(rest.length);
        expect(rest.length + equalCount).toBe(keys.length);
        expect(rest.filter((key) => !keys.includes(key))).toEqual([]);
        for (const { shown, rest, equalCount } of pages)
          expect(shown.length + rest.length + equalCount).toBeLessThanOrEqual(2 * limit);
      }),
      { numRuns: 1_000 },
    );
  });

  it('shows each key that is there all the while, whatever comes and goes between its readings', () => {
    const numbers = fc.array(fc.nat(13), { maxLength: 20 });
    fc.assert(
      fc.property(places, limits, numbers, (all, limit, coming) => {
        const sides = sidesOf(all);
        for (const [key, held] of sides.local.documents)
          sides.local.documents.set(key, { ...held, held: true });
        const lasting = keysOf(sides);
        const left = [...coming];
        const before = (): void => {
          const number = left.shift();
          if (number === undefined) return;
          const key = keyOf(number + 0.5);
          const { documents } = number % 2 === 0 ? sides.local : sides.atlas;
          if (!documents.delete(key)) documents.set(key, documentAt(stampAt(5), 1));
        };
        const shown = new Set(joinAll(sides, limit, { before }).rest);
        expect(lasting.filter((key) => !shown.has(key))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('looks at nothing where both sides are the same', () => {
    const sides = new TwoSides();
    for (let number = 0; number < 5; number++) sides.share(keyOf(number), stampAt(number + 1));
    expect(joinAll(sides, 2)).toMatchObject({ rest: [], equalCount: 5 });
  });

  it('asks Local no more that has shown all it had, and Atlas for each page, as another branch may fill it', () => {
    const sides = new TwoSides();
    for (let number = 0; number < 6; number++)
      sides.atlas.documents.set(keyOf(number), documentAt(stampAt(1), 1));
    const asked: string[] = [];
    joinAll(sides, 2, {
      before: ({ op, side }) => {
        if (op === 'scanStates') asked.push(side);
      },
    });
    expect(asked).toEqual(['atlas', 'local', 'atlas', 'atlas', 'atlas']);
  });

  it('asks for no deletion of a single key where none was known of the collection', () => {
    const sides = new TwoSides();
    for (let number = 0; number < 5; number++) sides.share(keyOf(number), stampAt(number + 1));
    const asked: string[] = [];
    joinAll(sides, 2, { before: ({ op }) => void asked.push(op) }, false);
    expect(new Set(asked)).toEqual(new Set(['scanStates']));
  });

  it('asks with each page where more deletions are known than memory is to hold', () => {
    const sides = new TwoSides();
    sides.share(keyOf(0), stampAt(1));
    for (let number = 0; number <= 10_000; number++)
      sides.atlas.tombstones.set(keyOf(number), { stamp: stampAt(2), base: null });
    expect(sides.run(allDeletions('bills')).result).toBeNull();
    expect(joinAll(sides, 3, undefined, false).rest).toEqual([keyOf(0)]);
  });

  it('reads again where a key left meanwhile that would have told how far the pages reach', () => {
    const sides = new TwoSides();
    for (const number of [2, 4]) sides.atlas.documents.set(keyOf(number), documentAt(stampAt(1), 1));
    sides.local.documents.set(keyOf(5), documentAt(stampAt(1), 1));
    const leaving = beforeFirst('scanKeys', () => sides.local.documents.delete(keyOf(5)));
    expect(joinAll(sides, 1, leaving).rest).toEqual([keyOf(2), keyOf(4)]);
  });
});
