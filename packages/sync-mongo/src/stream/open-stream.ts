import { isSyncError, type Logger, type SyncError } from '@bomba/sync-core';
import { MongoServerError } from 'mongodb';
import { failingAs } from '../errors/map-mongo-error.js';
import { isOpening } from '../position/own-position.js';
import { type Opening, type Position, type PositionStore, type Saver } from '../position/position-store.js';
import { type AtlasChangeListener, type StreamBatch, type StreamStart } from './atlas-change-listener.js';

/** What a stream is opened with. */
export interface StreamOpening {
  readonly listener: Pick<AtlasChangeListener, 'start'>;
  readonly positions: Pick<PositionStore, 'forget' | 'begin'>;
  /** What was saved; null where there is nothing of this pipeline and cluster. */
  readonly saved: Position | Opening | null;
  /** Where the stream opens otherwise: at a moment of the cluster before anything that is compared. */
  readonly fresh: Opening;
  readonly saver: Saver;
  readonly logger: Logger;
}

/** A stream that is open. */
export interface OpenedStream {
  readonly first: StreamBatch;
  /** The comparison of both sides behind which the stream's positions count; null: it goes on from one that does. */
  readonly comparison: string | null;
}

/**
 * Opens the stream at the position. Where there is none, or it is of no use any more, both sides are to be compared: the
 * stream opens at this moment, or where it did when that comparison was begun, so that it can be gone on with.
 */
export async function openStream({
  listener,
  positions,
  saved,
  fresh,
  saver,
  logger,
}: StreamOpening): Promise<OpenedStream> {
  if (saved) {
    try {
      const first = await listener.start(startOf(saved));
      return { first, comparison: isOpening(saved) ? saved.runId : null };
    } catch (error) {
      if (!isSyncError(error) || !isOfNoUse(error)) throw error;
      const { code } = error;
      logger.warn('the position is of no use any more: both sides are compared', { code });
    }
  }
  await positions.forget();
  const first = await listener.start(startOf(fresh));
  await failingAs('local', positions.begin(fresh, saver));
  return { first, comparison: fresh.runId };
}

function startOf(position: Position | Opening): StreamStart {
  return isOpening(position) ? { startAtOperationTime: position.openedAt } : { resumeAfter: position.token };
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
