import { describe, expect, it } from '@jest/globals';
import { type Resolution } from '../../../src/conflict/resolution.js';
import { type EngineContext } from '../../../src/engine/engine-context.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { stampTimeMs } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { bodyOf, refusal, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const sound = { body: null, caution: false, failure: null };
const merged = (content: number): Resolution => ({ ...sound, winner: 'merged', body: bodyOf(content) });

/** Both sides had version 1; Local wrote content 5 as version 5, another branch content 7 as version 7. */
function contested(): TwoSides {
  const sides = new TwoSides();
  sides.rules = { merges: true };
  sides.share(key, v(1));
  sides.write(key, v(5), 5);
  sides.writeOnAtlas(key, v(7), 7);
  sides.nowMs = 900;
  return sides;
}

function settle(sides: TwoSides, resolution: Resolution | null, interference?: Interference): Run<unknown> {
  const context: EngineContext = { ...sides.context, ...(resolution && { resolve: () => resolution }) };
  return sides.run(reconcile(context, [key]), interference);
}

describe('a strategy of the collection', () => {
  it('has the earlier write stand where it chooses Local, and keeps what it overwrites', () => {
    const sides = contested();
    settle(sides, { ...sound, winner: 'local' });
    expect(sides.onAtlas(key)?.content).toBe(5);
    expect(sides.onLocal(key)?.content).toBe(5);
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(7), strategy: 'custom' }]);
  });

  it("has Atlas' state stand where it chooses that, and keeps Local's", () => {
    const sides = contested();
    settle(sides, { ...sound, winner: 'atlas', caution: true });
    expect(sides.onLocal(key)).toEqual({ content: 7, stamp: v(7) });
    expect(sides.kept).toMatchObject([{ loser: 'local', losingStamp: v(5), caution: true }]);
  });

  it('keeps both states before a merge of them is stored and pushed', () => {
    const sides = contested();
    const run = settle(sides, merged(57));
    expect(writesOf(run).slice(0, 2)).toEqual(['keep', 'store']);
    expect(sides.kept.map(({ loser, reason }) => `${loser} ${reason}`)).toEqual([
      'local merged',
      'atlas merged',
    ]);
    expect(sides.onAtlas(key)?.content).toBe(57);
    expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
    expect(sides.atlas.documents.get(key)?.info.conflictCount).toBe(1);
  });

  it('tells a merge as one conflict', () => {
    const sides = contested();
    settle(sides, merged(57));
    expect(sides.kept).toHaveLength(2);
    expect(sides.heard.filter((what) => what.startsWith('kept'))).toEqual(['kept local']);
  });

  it('makes a merge as old as the local write in it, lifted above the version it builds on', () => {
    const sides = contested();
    settle(sides, merged(57));
    const stamp = sides.onAtlas(key)?.stamp;
    expect(stamp && stampTimeMs(stamp)).toBe(stampTimeMs(v(7)) + 1);
  });

  it.each([
    ['Local', 5, 'atlas'],
    ['Atlas', 7, 'local'],
  ])('chose a side where the merge equals what %s holds', (_, content, loser) => {
    const sides = contested();
    settle(sides, merged(content));
    expect(sides.onAtlas(key)?.content).toBe(content);
    expect(sides.kept).toMatchObject([{ loser, reason: 'concurrent-update' }]);
  });

  it('merges again where the application has written meanwhile', () => {
    const sides = contested();
    const run = settle(
      sides,
      merged(57),
      beforeFirst('store', () => sides.write(key, v(9), 9)),
    );
    expect(writesOf(run).filter((name) => name === 'store')).toHaveLength(2);
    expect(sides.onAtlas(key)?.content).toBe(57);
    expect(sides.kept.map(({ losingStamp }) => losingStamp)).toEqual([v(5), v(7), v(9)]);
  });

  it("has Atlas' version stand where Local refuses to store the merge", () => {
    const sides = contested();
    let stores = 0;
    const answer: Interference['answer'] = ({ op }) =>
      op === 'store' && ++stores === 1 ? [refusal] : undefined;
    settle(sides, merged(57), { answer });
    expect(sides.onLocal(key)).toEqual({ content: 7, stamp: v(7) });
    expect(sides.kept.map(({ losingStamp }) => losingStamp)).toContain(v(5));
  });

  it("has Atlas' version stand where there is nobody to ask", () => {
    const sides = contested();
    settle(sides, null);
    expect(sides.onLocal(key)).toEqual({ content: 7, stamp: v(7) });
  });

  it('is not asked where Local is not to be changed: what beat the write is kept and built on', () => {
    const sides = contested();
    sides.rules = { merges: true, oneWay: true };
    settle(sides, merged(57));
    expect(sides.onAtlas(key)?.content).toBe(5);
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(7) }]);
  });

  it('is not asked where both sides hold the same bytes, or one is a deletion', () => {
    const sides = contested();
    sides.write(key, v(8), 7);
    settle(sides, merged(57));
    expect(sides.onAtlas(key)?.content).toBe(7);
    sides.write(key, v(10), 10);
    sides.deleteOnAtlas(key, v(11));
    settle(sides, merged(57));
    expect(sides.onAtlas(key)).toBeNull();
  });
});
