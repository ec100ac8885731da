import { describe, expect, it, jest } from '@jest/globals';
import { errorCodes, type SyncErrorCode } from '../../../src/errors/error-codes.js';
import { isSyncError, SyncError } from '../../../src/errors/sync-error.js';

const codes = Object.keys(errorCodes) as SyncErrorCode[];

describe('the table of error codes', () => {
  it.each(codes)('explains %s in sentences, with what the reader can do', (code) => {
    const { meaning, remedy } = errorCodes[code];
    expect(code).toMatch(/^SYNC_[A-Z]+(_[A-Z]+)*$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });
});

describe('SyncError', () => {
  it.each(codes)('takes retryable and remedy of %s from the table', (code) => {
    const error = new SyncError(code, 'What happened.');
    expect(error).toMatchObject({
      name: 'SyncError',
      code,
      message: 'What happened.',
      retryable: errorCodes[code].retryable,
      remedy: errorCodes[code].remedy,
      context: {},
    });
  });

  it('is an error with a stack, a cause and facts for the log', () => {
    const cause = new Error('socket closed');
    const error = new SyncError('SYNC_CONN_UNREACHABLE', 'Atlas did not answer.', {
      cause,
      context: { attempt: 3 },
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('Atlas did not answer.');
    expect(error.cause).toBe(cause);
    expect(error.context).toEqual({ attempt: 3 });
  });

  it('has no cause where none is given', () => {
    expect('cause' in new SyncError('SYNC_BUG', 'Impossible.')).toBe(false);
  });
});

describe('isSyncError', () => {
  it('recognises an error of bomba-sync, by its code where one is asked for', () => {
    const error: unknown = new SyncError('SYNC_TIMEOUT', 'Too long.');
    expect(isSyncError(error)).toBe(true);
    expect(isSyncError(error, 'SYNC_TIMEOUT')).toBe(true);
    expect(isSyncError(error, 'SYNC_BUG')).toBe(false);
  });

  it.each([new Error('other'), null, undefined, 'SYNC_BUG', { code: 'SYNC_BUG', name: 'SyncError' }])(
    'does not take %p for one',
    (error) => {
      expect(isSyncError(error)).toBe(false);
    },
  );

  it('recognises an error that another copy of the package made', async () => {
    await jest.isolateModulesAsync(async () => {
      const copy = await import('../../../src/errors/sync-error.js');
      const error: unknown = new copy.SyncError('SYNC_TIMEOUT', 'Too long.');
      expect(error).not.toBeInstanceOf(SyncError);
      expect(isSyncError(error, 'SYNC_TIMEOUT')).toBe(true);
    });
  });
});
