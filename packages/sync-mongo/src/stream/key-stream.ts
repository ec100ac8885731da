import { type AbstractCursor, type Db, type ResumeToken } from 'mongodb';
import { causalRead } from '../atlas-side/atlas-context.js';
import { type CursorWish, RawBatches } from '../side/raw-batches.js';
import { type KeyEvent, keysOnly, toKeyEvent } from './key-event.js';
import { mapStreamError } from './map-stream-error.js';
import { MAX_AWAIT_TIME_MS } from './max-await-time.js';
import { matchStage, type WatchScope } from './watch-pipeline.js';

/** How a stream of keys is opened. */
export interface KeyStreamOptions {
  readonly db: Db;
  readonly scope: WatchScope;
  readonly batchSize: number;
  /** It shows what is behind that. */
  readonly since: ResumeToken;
}

/** Atlas' change stream as keys alone, read once from a place on; where it breaks, whoever reads it begins again. */
export class KeyStream {
  readonly #batches: RawBatches;

  constructor({ db, scope, batchSize, since }: KeyStreamOptions) {
    const pipeline = [{ $changeStream: { resumeAfter: since } }, matchStage(scope), keysOnly];
    const reading = { ...causalRead, maxAwaitTimeMS: MAX_AWAIT_TIME_MS, raw: true };
    const open = (wish: CursorWish): AbstractCursor => db.aggregate(pipeline, { ...reading, ...wish });
    this.#batches = new RawBatches(db, {
      ...{ collection: '$cmd.aggregate', open, batchSize },
      maxAwaitTimeMS: MAX_AWAIT_TIME_MS,
    });
  }

  /** What has arrived; nothing where the server had nothing for a while. Throws SYNC_STREAM_* and SYNC_CONN_*. */
  async next(): Promise<readonly KeyEvent[]> {
    try {
      const batch = await this.#batches.next();
      return batch === null ? [{ kind: 'gone' }] : [...batch].map(toKeyEvent);
    } catch (error) {
      throw mapStreamError(error);
    }
  }

  async close(): Promise<void> {
    await this.#batches.close();
  }
}
