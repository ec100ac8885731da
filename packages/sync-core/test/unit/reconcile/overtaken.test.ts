import { describe, expect, it } from '@jest/globals';
import { type ChangeEvent } from '../../../src/pull/change-event.js';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst } from '../run-step.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const first = keyOf(0);
const keysOf = (count: number) => Array.from({ length: count }, (_, number) => keyOf(number));

describe('what is overtaken while it is carried out', () => {
  it.each([1, 2, 3])('derived output gives way to what Atlas has since: %i keys', (count) => {
    const sides = new TwoSides();
    const marks = { digest: digestOf(bodyOf(1)), dirty: v(2), derived: true };
    for (const key of keysOf(count)) {
      sides.local.documents.set(key, documentAt(v(1), 2, marks));
      sides.atlas.documents.set(key, documentAt(v(3), 3));
    }
    sides.run(reconcile(sides.context, keysOf(count)));
    for (const key of keysOf(count)) expect(sides.onLocal(key)).toEqual({ content: 3, stamp: v(3) });
  });

  it.each([1, 2])('a foreign replacement that our seal has met comes to Local: %i keys', (count) => {
    const sides = new TwoSides();
    for (const key of keysOf(count)) sides.atlas.documents.set(key, documentAt(null, 1));
    const replaced: ChangeEvent[] = [];
    const { operations } = sides.run(
      reconcile(sides.context, keysOf(count)),
      beforeFirst('seal', () => {
        sides.atlas.write(first, documentAt(null, 9));
        replaced.push(...sides.atlas.events.slice(-1));
      }),
    );
    const echoes = operations.flatMap((operation): readonly ChangeEvent[] =>
      operation.op === 'seal'
        ? operation.entries.flatMap(({ key, stamp }) => (key === first ? [{ kind: 'echo', key, stamp }] : []))
        : [],
    );
    sides.run(pullBatch(sides.context, [...replaced, ...echoes]));
    expect(sides.onLocal(first)).toMatchObject({ content: 9 });
  });
});
