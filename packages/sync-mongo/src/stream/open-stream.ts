import { isSyncError, type Logger, type SyncError } from '@bomba/sync-core';
import { MongoServerError, type Timestamp } from 'mongodb';
import { type Position, type PositionStore } from '../position/position-store.js';
import { type AtlasChangeListener, type StreamBatch } from './atlas-change-listener.js';

/** What a stream is opened with. */
export interface StreamOpening {
  readonly listener: Pick<AtlasChangeListener, 'start'>;
  readonly positions: Pick<PositionStore, 'forget'>;
  /** The position that was saved; null where there is none of this pipeline and cluster. */
  readonly position: Position | null;
  /** A moment of the cluster before anything that is compared: where the stream opens without a position. */
  readonly operationTime: Timestamp;
  readonly logger: Logger;
}

/**
 * Opens the stream at the position; where that is of no use any more, at this moment, and both sides are to be compared
 * (`isComplete` is false).
 */
export async function openStream({
  listener,
  positions,
  position,
  operationTime,
  logger,
}: StreamOpening): Promise<{ readonly first: StreamBatch; readonly isComplete: boolean }> {
  if (position) {
    try {
      return { first: await listener.start({ resumeAfter: position.token }), isComplete: true };
    } catch (error) {
      if (!isSyncError(error) || !isOfNoUse(error)) throw error;
      const { code } = error;
      logger.warn('the position is of no use any more: both sides are compared', { code });
    }
  }
  await positions.forget();
  return { first: await listener.start({ startAtOperationTime: operationTime }), isComplete: false };
}

/** Servers have many codes for a token that they cannot read: whatever is not known to pass counts. Comparing is safe. */
export function isOfNoUse({ code, cause }: SyncError): boolean {
  const isRefused = code === 'SYNC_WRITE_UNCERTAIN' && cause instanceof MongoServerError;
  return code === 'SYNC_STREAM_HISTORY_LOST' || isRefused;
}

/**
 * Lets the position go where the stream's history was lost while it ran: a stream may open at a position that it cannot
 * go on from, and would be opened there for ever.
 */
export async function forgetLostPosition(
  error: unknown,
  positions: Pick<PositionStore, 'forget'>,
): Promise<void> {
  if (isSyncError(error, 'SYNC_STREAM_HISTORY_LOST')) await positions.forget();
}
