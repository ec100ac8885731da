import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { Patience } from '../../../src/apply/patience.js';
import { ManualClock } from '../control/manual-clock.js';

const LIMIT_MS = 1_000;

describe('patience with logic', () => {
  it('gives up on work that does not end, and goes on with the next', async () => {
    const clock = new ManualClock();
    const patience = new Patience(clock, LIMIT_MS);
    const endless = patience.with(() => new Promise<string>(() => undefined));
    clock.advance(LIMIT_MS);
    expect(await endless).toBeNull();
    expect(await patience.with(async () => 'done')).toBe('done');
    patience.end();
  });

  it('does not hold against work what came before it', async () => {
    const clock = new ManualClock();
    const patience = new Patience(clock, LIMIT_MS);
    clock.advance(LIMIT_MS - 1);
    let finish: (what: string) => void = () => undefined;
    const late = patience.with(() => new Promise<string>((resolve) => (finish = resolve)));
    clock.advance(1);
    await waitFor(() => clock.sleeperCount === 1, { what: 'the next look at the clock' });
    finish('done');
    expect(await late).toBe('done');
    patience.end();
  });

  it('lets errors through, and watches nothing once it has ended', async () => {
    const clock = new ManualClock();
    const patience = new Patience(clock, LIMIT_MS);
    await expect(patience.with(() => Promise.reject(new RangeError('broken')))).rejects.toThrow('broken');
    patience.end();
    await waitFor(() => clock.sleeperCount === 0, { what: 'the watch to end' });
  });
});
