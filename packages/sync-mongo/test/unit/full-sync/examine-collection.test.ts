import { describe, expect, it } from '@jest/globals';
import { ExaminedSides } from './examined-sides.js';

describe('what differs while pull is behind', () => {
  it('is no difference once pull has brought what was on Atlas at the first look, however long that took', async () => {
    const sides = new ExaminedSides({ dryRun: true });
    for (const key of sides.share(40)) sides.writeOnAtlas(key);
    let sleeps = 0;
    sides.isPassed = false;
    sides.onSleep = () => {
      if (++sleeps < 60) return;
      sides.pull();
      sides.isPassed = true;
    };
    const { ended, report, isClean } = await sides.examine();
    expect([ended, isClean]).toEqual(['complete', true]);
    expect(report).toMatchObject({ comparedCount: 40, differentCount: 0 });
  });

  it('counts as in flight where pull takes longer than a run waits', async () => {
    const sides = new ExaminedSides({ dryRun: true });
    for (const key of sides.share(40)) sides.writeOnAtlas(key);
    sides.isPassed = false;
    const { report, isClean } = await sides.examine();
    expect(report).toMatchObject({ comparedCount: 40, differentCount: 0, kinds: { 'in-flight': 40 } });
    expect(isClean).toBe(false);
  });

  it('is told for what it is where pull has passed it', async () => {
    const sides = new ExaminedSides({ dryRun: true });
    for (const key of sides.share(40)) sides.writeOnAtlas(key);
    const { report } = await sides.examine();
    expect(report).toMatchObject({ differentCount: 40, kinds: { differs: 40 } });
  });

  it('does not keep a run from being cancelled', async () => {
    const sides = new ExaminedSides();
    for (const key of sides.share(40)) sides.writeOnAtlas(key);
    sides.isPassed = false;
    sides.isCancelled = (_, checkpointCount) => checkpointCount === 2;
    expect((await sides.examine()).ended).toBe('cancelled');
  });
});

describe('an examination that was cancelled and goes on', () => {
  it('counts each key once, and what it repaired before as well', async () => {
    const sides = new ExaminedSides();
    for (const [n, key] of sides.share(400).entries()) if (n % 4 === 0) sides.writeOnAtlas(key);
    sides.isCancelled = () => true;
    expect((await sides.examine()).ended).toBe('cancelled');
    sides.isCancelled = () => false;
    const { ended, report } = await sides.examine();
    expect(ended).toBe('complete');
    expect(report.comparedCount).toBe(400);
    expect(report.differentCount).toBe(report.repairedCount);
    expect(sides.local.documents).toEqual(sides.atlas.documents);
  });

  it('begins behind an early difference, which was looked at again and repaired meanwhile', async () => {
    const sides = new ExaminedSides();
    const [first] = sides.share(4_000);
    if (first) sides.writeOnAtlas(first);
    sides.operationMs = 3_000;
    sides.isCancelled = ({ place }) => place !== null;
    const before = await sides.examine();
    expect(before).toMatchObject({ ended: 'cancelled', report: { differentCount: 1, repairedCount: 1 } });
    expect(before.report.comparedCount).toBeLessThan(4_000);
    sides.isCancelled = () => false;
    const { ended, report } = await sides.examine();
    expect(ended).toBe('complete');
    expect(report).toMatchObject({ comparedCount: 4_000, differentCount: 1, repairedCount: 1 });
  });
});

describe('documents that are gone from Atlas without a trace', () => {
  /** So many that are looked at again, as time passes, before the rest is compared, and so many behind them. */
  function gone(early: number, late: number): ExaminedSides {
    const sides = new ExaminedSides();
    const keys = sides.share(4_000);
    for (const key of [...keys.slice(0, early), ...keys.slice(4_000 - late)])
      sides.atlas.documents.delete(key);
    sides.operationMs = 3_000;
    return sides;
  }

  it('leave Local once the whole collection has no more of them than the fuse allows', async () => {
    const sides = gone(5, 5);
    const { ended, report } = await sides.examine();
    expect([ended, report.differentCount, report.repairedCount]).toEqual(['complete', 10, 10]);
    expect(sides.local.documents.size).toBe(3_990);
  });

  it('stay where the fuse blows, the first of them too', async () => {
    const sides = gone(8, 8);
    const { ended, report } = await sides.examine();
    expect([ended, report.repairedCount]).toEqual(['too-many-unexplained-deletes', 0]);
    expect([sides.local.documents.size, sides.atlas.tombstones.size]).toEqual([4_000, 0]);
  });

  it('wait for the fuse also where the run is broken off and gone on with', async () => {
    const sides = gone(5, 5);
    sides.isCancelled = ({ place }) => place !== null;
    expect((await sides.examine()).place?.gone?.length).toBeGreaterThan(0);
    expect(sides.local.documents.size).toBe(4_000);
    sides.isCancelled = () => false;
    const { ended, report } = await sides.examine();
    expect([ended, report.differentCount, report.repairedCount]).toEqual(['complete', 10, 10]);
    expect(sides.local.documents.size).toBe(3_990);
  });
});
