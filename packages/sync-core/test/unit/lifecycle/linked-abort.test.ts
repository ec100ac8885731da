import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { LinkedAbort } from '../../../src/index.js';

describe('a signal that follows others', () => {
  it('aborts by itself, and leaves the others alone', () => {
    const other = new AbortController();
    const linked = new LinkedAbort(other.signal);
    linked.abort('enough');
    expect([linked.signal.aborted, linked.signal.reason, other.signal.aborted]).toEqual([
      true,
      'enough',
      false,
    ]);
  });

  it('aborts with any of them, for its reason', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const linked = new LinkedAbort(one.signal, two.signal);
    two.abort('two');
    expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'two']);
  });

  it('is aborted from the first where one of them is', () => {
    const linked = new LinkedAbort(AbortSignal.abort('before'));
    expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'before']);
  });

  it('follows no more once it is released', () => {
    const other = new AbortController();
    const linked = new LinkedAbort(other.signal);
    linked.release();
    other.abort();
    expect(linked.signal.aborted).toBe(false);
  });

  it.each(['abort', 'release'] as const)('leaves nothing behind at the others after %s', (end) => {
    const other = new AbortController();
    for (let i = 0; i < 100; i++) new LinkedAbort(other.signal)[end]();
    expect(getEventListeners(other.signal, 'abort')).toHaveLength(0);
    expect(dependants(other.signal)).toBe(0);
  });
});

/** How many composite signals Node notes at this one. */
function dependants(signal: AbortSignal): number {
  const symbol = Object.getOwnPropertySymbols(signal).find((each) =>
    String(each).includes('kDependantSignals'),
  );
  const noted =
    symbol && (signal as unknown as Record<symbol, { readonly size: number } | undefined>)[symbol];
  return noted?.size ?? 0;
}
