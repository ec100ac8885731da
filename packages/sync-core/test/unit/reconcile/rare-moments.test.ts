import { describe, expect, it } from '@jest/globals';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf, TwoSides } from '../two-sides.js';

const key = keyOf(0);

describe('a document that is deleted and created anew between two readings of a look', () => {
  it('wins over the version that it was, though the clock of whoever wrote that was ahead', () => {
    const sides = new TwoSides();
    sides.share(key, v(9));
    let isDone = false;
    sides.run(reconcile(sides.context, [key]), {
      before: ({ side, op }) => {
        if (isDone || side !== 'local' || op !== 'readWithin') return;
        isDone = true;
        sides.delete(key, v(3));
        sides.write(key, v(4), 4);
      },
    });
    expect(sides.kept).toEqual([]);
    expect(sides.onAtlas(key)).toMatchObject({ content: 4 });
    expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
  });
});

describe('an edit in place by a foreign hand, made on Atlas before push opens', () => {
  it('is kept where a local write wins over it, as pull comes first', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(2, 2_000), 2);
    sides.atlas.editInPlace(key, bodyOf(7));
    sides.run(pullBatch(sides.context, sides.atlas.events.splice(0)));
    sides.run(pushBatch(sides.context, [key]));
    expect(sides.onAtlas(key)).toMatchObject({ content: 2 });
    expect(sides.kept).toMatchObject([{ loser: 'atlas', body: bodyOf(7) }]);
  });
});
