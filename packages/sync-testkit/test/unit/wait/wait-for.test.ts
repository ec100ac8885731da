import { describe, expect, it } from '@jest/globals';
import { waitFor, WaitTimeoutError } from '../../../src/index.js';

describe('waitFor', () => {
  it('returns the first truthy value', async () => {
    let looks = 0;
    const value = await waitFor(() => ((looks += 1) < 3 ? undefined : `look ${looks}`), {
      what: 'the third look',
    });
    expect(value).toBe('look 3');
  });

  it('takes a look that throws for "not yet"', async () => {
    let looks = 0;
    const look = async (): Promise<boolean> => {
      looks += 1;
      if (looks < 2) throw new Error('not there');
      return true;
    };
    expect(await waitFor(look, { what: 'the second look' })).toBe(true);
  });

  it('says what it was waiting for when the time is up, and why the last look failed', async () => {
    const cause = new Error('still not there');
    const waiting = waitFor(() => Promise.reject(cause), { what: 'the moon', timeoutMs: 30, everyMs: 5 });
    await expect(waiting).rejects.toThrow(
      new WaitTimeoutError('timed out after 30 ms waiting for the moon', { cause }),
    );
  });
});
