import { describe, expect, it } from '@jest/globals';
import { errorCodes } from '@bomba/sync-core';
import { authCodes, mongoCode, transientCodes } from '../../../src/errors/mongo-error-codes.js';
import { refusalOf } from '../../../src/errors/refusal-of.js';

describe('a failed write', () => {
  it.each([
    [11000, 'SYNC_WRITE_UNIQUE'],
    [11001, 'SYNC_WRITE_UNIQUE'],
    [121, 'SYNC_WRITE_VALIDATION'],
    [10334, 'SYNC_WRITE_TOO_LARGE'],
    [52, 'SYNC_WRITE_NAME_REFUSED'],
    [57, 'SYNC_WRITE_NAME_REFUSED'],
  ] as const)('of code %d is refused for good as %s, with a sentence for people', (code, expected) => {
    const refusal = refusalOf({ code });
    expect(refusal).toMatchObject({ refused: true, code: expected });
    expect(refusal?.reason).toMatch(/^[A-Z].*\.$/);
    expect(errorCodes[expected].retryable).toBe(false);
  });

  it('of an unknown code is refused too, so that it blocks nothing, and its code is named', () => {
    expect(refusalOf({ code: 987_654 })).toMatchObject({ code: 'SYNC_WRITE_REFUSED' });
    expect(refusalOf({ code: 987_654 })?.reason).toContain('987654');
  });

  it.each([...transientCodes, ...authCodes, mongoCode.outOfDiskSpace])(
    'of code %d is no refusal: trying again may help',
    (code) => {
      expect(refusalOf({ code })).toBeNull();
    },
  );

  it('of a request that the server may do later is refused only where its own code says so', () => {
    expect(refusalOf({ code: 987_654, isTransient: true })).toBeNull();
    expect(refusalOf({ code: 11000, isTransient: true })).toMatchObject({ code: 'SYNC_WRITE_UNIQUE' });
  });

  it('names the unique value that collides, where the server does', () => {
    expect(refusalOf({ code: 11000, keyValue: { code: 'x' } })).toMatchObject({
      conflictingKey: { code: 'x' },
    });
    expect(refusalOf({ code: 11000 })).not.toHaveProperty('conflictingKey');
  });
});
