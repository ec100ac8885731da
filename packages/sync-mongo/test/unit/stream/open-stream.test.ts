import { describe, expect, it } from '@jest/globals';
import { silentLogger, type SyncError } from '@bomba/sync-core';
import { MongoNetworkError, MongoServerError, Timestamp } from 'mongodb';
import { mapMongoError } from '../../../src/errors/map-mongo-error.js';
import { type Opening, type Position, type PositionStore } from '../../../src/position/position-store.js';
import { type StreamBatch, type StreamStart } from '../../../src/stream/atlas-change-listener.js';
import { forgetLostPosition, openStream } from '../../../src/stream/open-stream.js';

const position: Position = {
  token: { _data: 'saved' },
  instanceId: 'instance-a',
  clusterId: 'cluster',
  dbName: 'bomba',
  pipelineHash: 'hash',
};
const { token, ...identity } = position;
const fresh: Opening = { ...identity, token: null, openedAt: new Timestamp({ t: 7, i: 1 }), runId: 'new' };
const begun: Opening = { ...fresh, openedAt: new Timestamp({ t: 3, i: 1 }), runId: 'begun' };
const saver = { epoch: 4, now: 5 };
const atStart = ({ openedAt }: Opening): StreamStart => ({ startAtOperationTime: openedAt });
const batch: StreamBatch = { events: [], token: { _data: 'first' } };
const ofServer = (code: number): SyncError => mapMongoError(new MongoServerError({ code }), 'atlas');

/** A stream that fails in this way at what was saved, and opens anywhere else. */
function streamThatFails(error: SyncError | null) {
  const starts: StreamStart[] = [];
  let forgottenCount = 0;
  const start = (from: StreamStart): Promise<StreamBatch> => {
    starts.push(from);
    const isFresh = 'startAtOperationTime' in from && from.startAtOperationTime === fresh.openedAt;
    return error && !isFresh ? Promise.reject(error) : Promise.resolve(batch);
  };
  const begin = async (...saved: Parameters<PositionStore['begin']>): Promise<void> => {
    begins.push(saved);
  };
  const begins: Parameters<PositionStore['begin']>[] = [];
  const forget = async (): Promise<void> => {
    forgottenCount++;
  };
  const positions = { forget, begin };
  const open = (saved: Position | Opening | null): ReturnType<typeof openStream> =>
    openStream({ listener: { start }, positions, saved, fresh, saver, logger: silentLogger });
  return { open, starts, begins, forgotten: () => forgottenCount, positions };
}

const PASSING = [
  6, 7, 43, 89, 91, 133, 134, 150, 189, 237, 262, 433, 449, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
];
const SETTINGS = [11, 13, 18, 8000, 40573];
const OF_NO_USE = [260, 280, 286, 346, 351, 40576, 40647, 50811, 9, 14, 987_654];

describe('the opening of the stream', () => {
  it('goes on at the position', async () => {
    const { open, starts, begins, forgotten } = streamThatFails(null);
    expect(await open(position)).toEqual({ first: batch, comparison: null });
    expect(starts).toEqual([{ resumeAfter: token }]);
    expect([forgotten(), begins]).toEqual([0, []]);
  });

  it('begins at a moment before the comparison where there is no position, and notes both', async () => {
    const { open, starts, begins } = streamThatFails(null);
    expect(await open(null)).toEqual({ first: batch, comparison: 'new' });
    expect(starts).toEqual([atStart(fresh)]);
    expect(begins).toEqual([[fresh, saver]]);
  });

  it('begins again at the moment before a comparison that was broken off, which goes on', async () => {
    const { open, starts, begins, forgotten } = streamThatFails(null);
    expect(await open(begun)).toEqual({ first: batch, comparison: 'begun' });
    expect(starts).toEqual([atStart(begun)]);
    expect([forgotten(), begins]).toEqual([0, []]);
  });

  it('begins anew where that moment is too long ago', async () => {
    const { open, starts, begins, forgotten } = streamThatFails(ofServer(286));
    expect(await open(begun)).toEqual({ first: batch, comparison: 'new' });
    expect(starts).toEqual([atStart(begun), atStart(fresh)]);
    expect([forgotten(), begins]).toEqual([1, [[fresh, saver]]]);
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
      expect(await open(position)).toEqual({ first: batch, comparison: 'new' });
      expect(starts).toEqual([{ resumeAfter: token }, atStart(fresh)]);
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
