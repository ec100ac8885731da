import { afterEach, describe, expect, it } from '@jest/globals';
import { errorCodes, SyncError, type SyncErrorCode } from '@bomba/sync-core';
import { statusCodeOf } from '../../../src/http/status-code.js';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

describe('problem documents', () => {
  it('tell code, sentence and remedy of an error of the engine, as RFC 9457 has it', async () => {
    const server = serve();
    server.sync.failure = new SyncError('SYNC_CONN_UNREACHABLE', 'Local did not answer.', {
      cause: new Error('secret'),
    });
    const answer = await server.send('/conflicts');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Local did not answer.',
      code: 'SYNC_CONN_UNREACHABLE',
      retryable: true,
      remedy: errorCodes.SYNC_CONN_UNREACHABLE.remedy,
    });
  });

  it.each([
    ['an error', new Error('mongodb://admin:hunter2@db failed on {"name":"hunter2"}')],
    ['an error that claims a status', Object.assign(new Error('hunter2'), { status: 418, expose: true })],
    ['a text', 'hunter2' as unknown as Error],
  ])('neither tell nor log the message or stack of %s that was not foreseen', async (_, failure) => {
    const server = serve();
    server.sync.failure = failure;
    const answer = await server.send('/conflicts');
    expect(answer.status).toBe(500);
    expect(answer.json.code).toBe('SYNC_BUG');
    expect(answer.text).not.toMatch(/hunter2| at |\.ts/);
    expect(server.logger.lines).toEqual([
      {
        level: 'error',
        message: 'API request failed.',
        fields: expect.objectContaining({ code: 'SYNC_BUG' }),
      },
    ]);
    expect(JSON.stringify(server.logger.lines)).not.toContain('hunter2');
  });

  it('say where an unforeseen error came from, in the log only', async () => {
    const server = serve();
    server.sync.failure = new TypeError('x');
    await server.send('/conflicts');
    expect(server.logger.lines[0]?.fields).toMatchObject({
      error: 'TypeError',
      place: expect.stringContaining('problems.test'),
    });
  });

  it.each<[SyncErrorCode, number]>([
    ['SYNC_CONFIG_INVALID', 400],
    ['SYNC_NOT_FOUND', 404],
    ['SYNC_FULL_RUNNING', 409],
    ['SYNC_FULL_FUSE', 409],
    ['SYNC_STATE_DISABLED', 409],
    ['SYNC_WRITE_UNIQUE', 409],
    ['SYNC_WRITE_VALIDATION', 422],
    ['SYNC_TIMEOUT', 504],
    ['SYNC_STATE_LOCAL_NOT_CONNECTED', 503],
    ['SYNC_CONN_AUTH', 503],
    ['SYNC_BUG', 500],
  ])('give %s the status %p', (code, status) => {
    expect(statusCodeOf(new SyncError(code, 'x'))).toBe(status);
  });

  it('have a status of an error for every code there is', () => {
    for (const code of Object.keys(errorCodes) as SyncErrorCode[]) {
      expect(statusCodeOf(new SyncError(code, 'x'))).toBeGreaterThanOrEqual(400);
    }
  });
});
