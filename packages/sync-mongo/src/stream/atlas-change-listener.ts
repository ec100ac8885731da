import { isSyncError, SyncError } from '@bomba/sync-core';
import {
  type ChangeStream,
  type ChangeStreamDocument,
  type Db,
  type ResumeToken,
  type Timestamp,
} from 'mongodb';
import { fidelity } from '../bson/fidelity.js';
import { eventReading } from './event-bytes.js';
import { mapStreamError } from './map-stream-error.js';
import { MAX_AWAIT_TIME_MS } from './max-await-time.js';
import { type StreamEvent, toStreamEvent } from './stream-event.js';
import { watchPipeline, type WatchScope } from './watch-pipeline.js';

/** Where a stream starts: behind a known position, or at a time of the cluster. */
export type StreamStart =
  { readonly resumeAfter: ResumeToken } | { readonly startAtOperationTime: Timestamp };

/** Events in order, and the position behind the last of them. */
export interface StreamBatch {
  readonly events: readonly StreamEvent[];
  readonly token: ResumeToken;
}

/** How a listener is made. */
export interface ListenerOptions {
  readonly db: Db;
  readonly scope: WatchScope;
  readonly batchSize: number;
}

/**
 * Reads Atlas' change stream in batches of whatever has arrived. Iterated, never listened to: the token is that of what
 * was handed out, so the position cannot run ahead. It never persists anything itself.
 */
export class AtlasChangeListener {
  readonly #options: ListenerOptions;
  #stream: ChangeStream | null = null;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#stream !== null;
  }

  /** The position behind everything handed out; null until the stream has one. */
  get resumeToken(): ResumeToken {
    return this.#stream?.resumeToken ?? null;
  }

  /**
   * Opens the stream and waits for its first answer: only then does it show all that is written from now on. Returns
   * what came with it.
   */
  async start(from: StreamStart): Promise<StreamBatch> {
    const { db, scope, batchSize } = this.#options;
    await this.stop();
    const options = { ...from, ...fidelity, ...eventReading, batchSize, maxAwaitTimeMS: MAX_AWAIT_TIME_MS };
    try {
      this.#stream = db.watch(watchPipeline(scope), options);
      return await this.next();
    } catch (error) {
      await this.stop();
      throw mapStreamError(error);
    }
  }

  /** Opens the stream anew behind everything handed out so far. Throws SYNC_STREAM_* and SYNC_CONN_*. */
  async reconnect(): Promise<StreamBatch> {
    const token = this.resumeToken;
    if (token === null)
      throw new SyncError('SYNC_STREAM_HISTORY_LOST', 'The stream has no position to go on from.');
    return this.start({ resumeAfter: token });
  }

  /** What an event of the stream means to the engine. */
  handleChange(event: ChangeStreamDocument): StreamEvent {
    const { instanceId, excluded } = this.#options.scope;
    return toStreamEvent(event, instanceId, excluded);
  }

  /** Waits for events, at most as long as the server does, and takes all that have arrived with the first. */
  async next(): Promise<StreamBatch> {
    const stream = this.#stream;
    if (!stream) return { events: [], token: null };
    if (stream.closed) throw new SyncError('SYNC_STREAM_INTERRUPTED', 'The change stream has ended.');
    try {
      const events: StreamEvent[] = [];
      const first = await stream.tryNext();
      if (first) events.push(this.handleChange(first));
      while (events.length > 0 && events.length < this.#options.batchSize && stream.bufferedCount() > 0) {
        const next = await stream.tryNext();
        if (!next) break;
        events.push(this.handleChange(next));
      }
      return { events, token: stream.resumeToken };
    } catch (error) {
      throw mapStreamError(error);
    }
  }

  /** Closes the stream; idempotent. */
  async stop(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    try {
      await stream?.close();
    } catch (error) {
      if (isSyncError(error, 'SYNC_BUG')) throw error; // closing a broken stream may fail: it is closed all the same
    }
  }
}
