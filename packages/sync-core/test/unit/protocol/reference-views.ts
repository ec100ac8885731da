import fc from 'fast-check';
import { type Answer } from '../../../src/protocol/answer.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { type Rules, type View } from '../../../src/protocol/state.js';
import { type RefAnswer, type RefStamp, type RefView } from './reference-state.js';
import { stampAt } from './stamps.js';
import { clean, deletedOnAtlas, onAtlas, ourBytes, rulesOf, sent, tombstone, viewOf } from './views.js';

/** So few stamps that all comparisons come out equal, above and below. */
const anyStamp: fc.Arbitrary<RefStamp> = fc.record({
  t: fc.integer({ min: 1, max: 4 }),
  u: fc.integer({ min: 1, max: 3 }),
});
const anyStampOrNone = fc.option(anyStamp);
const rarely = fc.nat(7).map((number) => number === 0);

/** Any view of one key, likely or not, in the terms of the reference. */
export const anyRefView: fc.Arbitrary<RefView> = fc.record({
  L: fc.option(
    fc.record({
      stamp: anyStampOrNone,
      dirty: anyStampOrNone,
      held: rarely,
      deleting: rarely,
      derived: rarely,
      edited: rarely,
    }),
  ),
  LT: fc.option(
    fc.record({
      stamp: anyStampOrNone,
      over: anyStampOrNone,
      floor: anyStampOrNone,
      pending: anyStampOrNone,
      base: anyStampOrNone,
      last: anyStampOrNone,
    }),
  ),
  A: fc.option(fc.record({ stamp: fc.option(anyStamp, { freq: 9 }), edited: rarely })),
  AT: fc.option(fc.record({ stamp: anyStamp, base: anyStampOrNone, last: anyStampOrNone })),
  sent: fc.array(anyStamp, { maxLength: 4 }),
  equal: rarely,
  ceiling: fc.constantFrom(2, 4, 9, 9, 9),
  horizon: fc.constantFrom(0, 0, 0, 3),
});

function toStamp(stamp: RefStamp): Stamp {
  return stampAt(stamp.t, stamp.u);
}

function toStampOrNone(stamp: RefStamp | null): Stamp | null {
  return stamp && toStamp(stamp);
}

/** The same view in the terms of the product. */
export function toView({ L, LT, A, AT, ...rest }: RefView): View {
  return viewOf(
    L
      ? clean(toStampOrNone(L.stamp), { ...L, stamp: toStampOrNone(L.stamp), dirty: toStampOrNone(L.dirty) })
      : {},
    LT
      ? tombstone({
          stamp: toStampOrNone(LT.stamp),
          over: toStampOrNone(LT.over),
          floor: toStampOrNone(LT.floor),
          pending: toStampOrNone(LT.pending),
          base: toStampOrNone(LT.base),
          last: toStampOrNone(LT.last),
        })
      : {},
    A
      ? onAtlas(toStampOrNone(A.stamp), { edited: A.edited ? 'yes' : 'no', ...(rest.equal ? {} : ourBytes) })
      : {},
    AT ? deletedOnAtlas(toStamp(AT.stamp), toStampOrNone(AT.base), toStampOrNone(AT.last)) : {},
    sent(...rest.sent.map(toStamp)),
  );
}

/** The rules that the reference reads from its view. */
export function toRules({ ceiling, horizon }: RefView): Rules {
  return rulesOf({ ceilingMs: ceiling, horizonMs: horizon });
}

/** What the product says in an answer where the reference says nothing. */
const unsaid: Readonly<Record<string, object>> = {
  rebase: { keepLoser: false },
  takeAtlas: { keepLoser: false, floor: null },
  takeDelete: { keepLoser: false },
  seal: { keepLocal: false },
  rebaseDelete: { keepLoser: false },
  dropPending: { lost: false },
  recordForeignDelete: { timeMs: null },
};

/** The answer of the reference in the terms of the product. */
export function toAnswer(answer: RefAnswer): Answer {
  const details = Object.entries(answer).map(([name, value]) => [
    name,
    isRefStamp(value) ? toStamp(value) : value,
  ]);
  return { ...unsaid[answer.do], ...Object.fromEntries(details) } as Answer;
}

function isRefStamp(value: unknown): value is RefStamp {
  return typeof value === 'object' && value !== null;
}
