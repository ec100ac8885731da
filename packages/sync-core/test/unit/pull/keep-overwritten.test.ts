import { describe, expect, it } from '@jest/globals';
import { ForeignStates } from '../../../src/pull/foreign-states.js';
import { type ChangeEvent } from '../../../src/pull/change-event.js';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf, digestOf, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const FOREIGN = 7;

/** A document of version 1 that is written on Local; a foreign hand replaces it on Atlas, marks and all. */
function raced(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.write(key, v(2), 2);
  sides.atlas.replaceInPlace(key, bodyOf(FOREIGN));
  return sides;
}

/** The events so far as this branch gets them: its own versions come back as echoes. */
function received({ atlas }: TwoSides, own: readonly string[] = [v(2)]): readonly ChangeEvent[] {
  return atlas.events
    .splice(0)
    .map((event) =>
      event.kind === 'state' && event.state.stamp !== null && own.includes(event.state.stamp)
        ? { kind: 'echo', key, stamp: event.state.stamp }
        : event,
    );
}

const keptContents = ({ kept }: TwoSides): readonly unknown[] => kept.map(({ body }) => body?.[0]);

describe('what a foreign hand wrote on Atlas before a push that had not seen it', () => {
  it('is kept by the branch that pushed, once, however often the events come', () => {
    const sides = raced();
    sides.run(pushBatch(sides.context, [key]));
    const events = received(sides);
    for (let round = 0; round < 2; round++) sides.run(pullBatch(sides.context, events));
    expect(sides.onAtlas(key)).toEqual({ content: 2, stamp: v(2) });
    expect(sides.kept).toMatchObject([
      { loser: 'atlas', losingStamp: v(1), winningStamp: v(2), reason: 'concurrent-update', caution: true },
    ]);
    expect(sides.kept[0]).toMatchObject({ edition: digestOf(bodyOf(FOREIGN)), body: bodyOf(FOREIGN) });
  });

  it('is kept by every other branch too, as the same record', () => {
    const sides = raced();
    sides.run(pushBatch(sides.context, [key]));
    const other = new TwoSides();
    other.share(key, v(1));
    other.run(pullBatch(other.context, [...sides.atlas.events]));
    sides.run(pullBatch(sides.context, received(sides)));
    const ids = [other, sides].map(({ local }) => [...local.conflicts.keys()]);
    expect(ids[0]).toHaveLength(1);
    expect(ids[0]).toEqual(ids[1]);
  });

  it('is kept where a batch ends between the two', () => {
    const sides = raced();
    const foreign = new ForeignStates();
    const first = received(sides);
    sides.run(pushBatch(sides.context, [key]));
    sides.run(pullBatch(sides.context, first, foreign));
    expect(sides.kept).toEqual([]);
    sides.run(pullBatch(sides.context, received(sides), foreign));
    expect(keptContents(sides)).toEqual([FOREIGN]);
  });

  it('is kept where it was deleted by a branch that had not seen it', () => {
    const sides = raced();
    sides.delete(key, v(3));
    sides.run(reconcile(sides.context, [key]), {
      answer: (operation) =>
        operation.side === 'atlas' && operation.op === 'readWithin'
          ? operation.entries.map(() => ({ ...stale, stamp: v(1) }))
          : undefined,
    });
    expect(sides.onAtlas(key)).toBeNull();
    sides.run(pullBatch(sides.context, received(sides)));
    expect(sides.kept).toMatchObject([{ losingStamp: v(1), reason: 'deleted', body: bodyOf(FOREIGN) }]);
  });
});

const stale = {
  edited: 'no',
  body: bodyOf(1),
  digest: digestOf(bodyOf(1)),
  info: { version: 1, conflictCount: 0, instanceId: null },
};

describe('no record is made', () => {
  it.each<[string, (sides: TwoSides) => void]>([
    ['that is sealed', (sides) => sides.run(reconcile(sides.context, [key]))],
    ['that was the same as what was pushed', (sides) => sides.write(key, v(2), FOREIGN)],
    ['that the hand took back itself', (sides) => sides.atlas.replaceInPlace(key, bodyOf(1))],
    [
      'that the hand deleted and wrote anew',
      (sides) => {
        sides.atlas.erase(key);
        sides.atlas.replaceInPlace(key, bodyOf(3));
      },
    ],
  ])('of a foreign state %s', (_, act) => {
    const sides = raced();
    act(sides);
    sides.run(pushBatch(sides.context, [key]));
    sides.run(pullBatch(sides.context, received(sides)));
    expect(sides.kept.filter(({ edition }) => edition !== undefined)).toEqual([]);
  });

  it('of what instances wrote one after the other', () => {
    const sides = new TwoSides();
    for (const version of [1, 2, 3]) sides.writeOnAtlas(key, v(version), version);
    sides.run(pullBatch(sides.context, received(sides, [v(3)])));
    expect(sides.kept).toEqual([]);
  });

  it('of a state whose next event is unknown, as the document is large or was passed over', () => {
    const sides = raced();
    const foreign = new ForeignStates();
    const [shown] = received(sides);
    if (!shown) throw new Error('one event was sent');
    foreign.follow([shown]);
    expect(
      foreign.follow([
        { kind: 'hint', key },
        { kind: 'echo', key, stamp: v(2) },
      ]),
    ).toEqual([]);
    foreign.follow([shown]);
    foreign.forget(key);
    expect(foreign.follow([{ kind: 'echo', key, stamp: v(2) }])).toEqual([]);
  });

  it('of more than memory is to hold: the oldest are forgotten', () => {
    const foreign = new ForeignStates({ maxBytes: 500 });
    const events = [0, 1].flatMap((number): readonly ChangeEvent[] => {
      const sides = new TwoSides();
      sides.share(keyOf(number), v(1));
      sides.atlas.replaceInPlace(keyOf(number), bodyOf(FOREIGN));
      return sides.atlas.events;
    });
    foreign.follow(events);
    const echoes = [0, 1].map((number) => ({ kind: 'echo', key: keyOf(number), stamp: v(2) }) as const);
    expect(foreign.follow(echoes).map((state) => state.key)).toEqual([keyOf(1)]);
  });
});
