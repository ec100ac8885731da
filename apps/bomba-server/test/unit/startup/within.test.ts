import { describe, expect, it } from '@jest/globals';
import { within } from '../../../src/startup/within.js';

describe('within', () => {
  it('tells that the work was done in time', async () => {
    expect(await within(60_000, Promise.resolve('anything'))).toBe(true);
  });

  it('goes on without work that takes longer', async () => {
    expect(await within(1, new Promise(() => undefined))).toBe(false);
  });

  it('passes on the error of the work', async () => {
    await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
