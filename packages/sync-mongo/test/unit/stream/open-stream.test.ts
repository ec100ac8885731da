import { describe, expect, it } from '@jest/globals';
import { silentLogger, type SyncError } from '@bomba/sync-core';
import { MongoNetworkError, MongoServerError, Timestamp } from 'mongodb';
import { mapMongoError } from '../../../src/errors/map-mongo-error.js';
import { type Position } from '../../../src/position/position-store.js';
import { type StreamBatch, type StreamStart } from '../../../src/stream/atlas-change-listener.js';
import { forgetLostPosition, openStream } from '../../../src/stream/open-stream.js';

const position: Position = {
  token: { _data: 'saved' },
  instanceId: 'instance-a',
  clusterId: 'cluster',
  dbName: 'bomba',
  pipelineHash: 'hash',
};
const operationTime = new Timestamp({ t: 7, i: 1 });
const batch: StreamBatch = { events: [], token: { _data: 'first' } };
const ofServer = (code: number): SyncError => mapMongoError(new MongoServerError({ code }), 'atlas');

/** A stream that fails at a position in this way, and opens anywhere else. */
function streamThatFails(error: SyncError | null) {
  const starts: StreamStart[] = [];
  let forgottenCount = 0;
  const start = (from: StreamStart): Promise<StreamBatch> => {
    starts.push(from);
    return error && 'resumeAfter' in from ? Promise.reject(error) : Promise.resolve(batch);
  };
  const forget = async (): Promise<void> => {
    forgottenCount++;
  };
  const positions = { forget };
  const open = (saved: Position | null): ReturnType<typeof openStream> =>
    openStream({ listener: { start }, positions, position: saved, operationTime, logger: silentLogger });
  return { open, starts, forgotten: () => forgottenCount, positions };
}

const PASSING = [
  6, 7, 43, 89, 91, 133, 134, 150, 189, 237, 262, 433, 449, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
];
const SETTINGS = [11, 13, 18, 8000, 40573];
const OF_NO_USE = [260, 280, 286, 346, 351, 40576, 40647, 50811, 9, 14, 987_654];

describe('the opening of the stream', () => {
  it('goes on at the position', async () => {
    const { open, starts, forgotten } = streamThatFails(null);
    expect(await open(position)).toEqual({ first: batch, isComplete: true });
    expect(starts).toEqual([{ resumeAfter: position.token }]);
    expect(forgotten()).toBe(0);
  });

  it('begins at a moment before the comparison where there is no position', async () => {
    const { open, starts } = streamThatFails(null);
    expect(await open(null)).toEqual({ first: batch, isComplete: false });
    expect(starts).toEqual([{ startAtOperationTime: operationTime }]);
  });

  it.each([...PASSING, ...SETTINGS])(
    'keeps the position over what may pass or is to be set right: %d',
    async (code) => {
      const { open, forgotten } = streamThatFails(ofServer(code));
      await expect(open(position)).rejects.toMatchObject({ cause: { code } });
      expect(forgotten()).toBe(0);
    },
  );

  it('keeps the position while there is no answer', async () => {
    const { open, forgotten } = streamThatFails(mapMongoError(new MongoNetworkError('x'), 'atlas'));
    await expect(open(position)).rejects.toMatchObject({ code: 'SYNC_CONN_UNREACHABLE' });
    expect(forgotten()).toBe(0);
  });

  it.each(OF_NO_USE)(
    'lets a position go that is refused for good, and never tries it again: %d',
    async (code) => {
      const { open, starts, forgotten } = streamThatFails(ofServer(code));
      expect(await open(position)).toEqual({ first: batch, isComplete: false });
      expect(starts).toEqual([{ resumeAfter: position.token }, { startAtOperationTime: operationTime }]);
      expect(forgotten()).toBe(1);
    },
  );
});

describe('a stream that breaks while it runs', () => {
  it.each([260, 280, 286, 346, 351])('loses its position where the history is lost: %d', async (code) => {
    const { positions, forgotten } = streamThatFails(null);
    await forgetLostPosition(ofServer(code), positions);
    expect(forgotten()).toBe(1);
  });

  it.each([...PASSING, ...SETTINGS, 987_654])('keeps it otherwise: %d', async (code) => {
    const { positions, forgotten } = streamThatFails(null);
    await forgetLostPosition(ofServer(code), positions);
    expect(forgotten()).toBe(0);
  });
});
