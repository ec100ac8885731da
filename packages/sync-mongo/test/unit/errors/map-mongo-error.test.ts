import { describe, expect, it } from '@jest/globals';
import { SyncError } from '@bomba/sync-core';
import {
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from 'mongodb';
import { codeOf, mapMongoError } from '../../../src/errors/map-mongo-error.js';
import { refusalOf, refusalOrThrow } from '../../../src/errors/refusal-of.js';
import { isOfNoUse } from '../../../src/stream/open-stream.js';

const SECRET = 'mongodb+srv://user:password@cluster.example.net';
const ofServer = (code: number): MongoServerError => new MongoServerError({ message: SECRET, code });

describe('an error of the driver', () => {
  it.each([
    [10107, 'SYNC_WRITE_TRANSIENT'],
    [112, 'SYNC_WRITE_TRANSIENT'],
    [50, 'SYNC_WRITE_TRANSIENT'],
    [14031, 'SYNC_WRITE_NO_SPACE'],
    [13, 'SYNC_CONN_AUTH'],
    [18, 'SYNC_CONN_AUTH'],
    [8000, 'SYNC_ATLAS_REFUSED'],
    [286, 'SYNC_STREAM_HISTORY_LOST'],
    [280, 'SYNC_STREAM_HISTORY_LOST'],
    [260, 'SYNC_STREAM_HISTORY_LOST'],
    [40573, 'SYNC_CONN_NOT_REPLICA_SET'],
    [987_654, 'SYNC_WRITE_UNCERTAIN'],
  ] as const)('of code %d becomes %s', (code, expected) => {
    expect(mapMongoError(ofServer(code), 'atlas').code).toBe(expected);
  });

  const mayDoLater = [63, 82, 90, 96, 145, 203, 215, 246, 249, 272, 290, 355, 360, 363, 365, 371, 407, 11601];

  it.each(mayDoLater)('of code %d, as in a cutover, may do later: nothing is given up for it', (code) => {
    expect(mapMongoError(ofServer(code), 'atlas').code).toBe('SYNC_WRITE_TRANSIENT');
    expect(refusalOf({ code })).toBeNull();
  });

  it.each(['TransientTransactionError', 'RetryableWriteError', 'SystemOverloadedError'])(
    'that a server labels %s may do later, whatever its code is',
    (label) => {
      const error = new MongoServerError({ message: 'x', code: 987_654, errorLabels: [label] });
      const mapped = mapMongoError(error, 'atlas');
      expect(mapped.code).toBe('SYNC_WRITE_TRANSIENT');
      expect(isOfNoUse(mapped)).toBe(false);
      expect(() => refusalOrThrow(error)).toThrow(error);
    },
  );

  it('of code 8000 blames the credentials only while a connection shows them: else it may be a quota', () => {
    const ofGreeting = ofServer(8000);
    ofGreeting.addErrorLabel(MongoErrorLabel.HandshakeError);
    expect(mapMongoError(ofGreeting, 'atlas').code).toBe('SYNC_CONN_AUTH');
    expect(mapMongoError(ofServer(8000), 'atlas').message).toMatch(/limit or quota.*right/);
    expect(refusalOf({ code: 8000 })).toBeNull();
  });

  it('of a connection that is to prove anew who it is drops no position', () => {
    const mapped = mapMongoError(ofServer(391), 'atlas');
    expect(mapped.code).toBe('SYNC_CONN_AUTH');
    expect(isOfNoUse(mapped)).toBe(false);
  });

  it.each([
    ['a network error', new MongoNetworkError('x')],
    ['a timeout of the network', new MongoNetworkTimeoutError('x')],
    ['no server to be found', new MongoServerSelectionError('x', {} as TopologyDescription)],
    ['a client that was closed', new MongoClientClosedError()],
    ['a reset, as the driver lets it through', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
  ])('that is %s becomes SYNC_CONN_UNREACHABLE, which is tried again', (_, error) => {
    const mapped = mapMongoError(error, 'local');
    expect(mapped).toMatchObject({ code: 'SYNC_CONN_UNREACHABLE', retryable: true });
    expect(mapped.message).toContain('Local');
  });

  it('without code or class counts as uncertain, so that it is tried again and seen', () => {
    for (const error of [new TypeError('x'), 'text', null, undefined])
      expect(mapMongoError(error, 'atlas')).toMatchObject({ code: 'SYNC_WRITE_UNCERTAIN', retryable: true });
  });

  it('keeps its cause, but nothing of its message, which may hold a secret', () => {
    const error = ofServer(13);
    const mapped = mapMongoError(error, 'atlas');
    expect(mapped.cause).toBe(error);
    expect(mapped.message).not.toContain('password');
    expect(JSON.stringify(mapped.context)).not.toContain('password');
  });

  it('is not judged by what its message says', () => {
    const misleading = new MongoServerError({
      message: 'not primary, resume token not found',
      code: 987_654,
    });
    expect(mapMongoError(misleading, 'atlas').code).toBe('SYNC_WRITE_UNCERTAIN');
  });

  it('of a broken stream without a code is one of the connection, by its label', () => {
    const error = new MongoError('x');
    error.addErrorLabel(MongoErrorLabel.ResumableChangeStreamError);
    expect(mapMongoError(error, 'atlas').code).toBe('SYNC_CONN_UNREACHABLE');
  });

  it('that is ours already stays as it is', () => {
    const ours = new SyncError('SYNC_BUG', 'x');
    expect(mapMongoError(ours, 'atlas')).toBe(ours);
  });

  it('has the code of the server, or none', () => {
    expect([codeOf(ofServer(13)), codeOf(new Error('x')), codeOf(null), codeOf({ code: 'E' })]).toEqual([
      13,
      null,
      null,
      null,
    ]);
  });
});
