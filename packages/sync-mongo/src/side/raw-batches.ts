import { type AbstractCursor, type ClientSession, type Db, Long } from 'mongodb';
import { asBuffer } from '../bson/as-buffer.js';
import { readCursor } from '../bson/read-cursor.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type BatchSource } from './batches-ahead.js';
import { RawDocuments } from './raw-documents.js';

/** A cursor of raw documents, to be opened. */
export interface CursorWish {
  readonly session: ClientSession;
  readonly batchSize: number;
}

/** What is read in batches, and how. */
export interface RawReading {
  /** The collection of its cursor, as the server names it. */
  readonly collection: string;
  readonly open: (wish: CursorWish) => AbstractCursor;
  /** The most documents of a batch. */
  readonly batchSize: number;
  /**
   * So many come first, to tell how large they are; the batches behind them are as many as make about a megabyte, if what comes
   * is as large as what came. Default: all batches are of `batchSize`.
   */
  readonly sampleSize?: number | undefined;
  /** Default: one of its own. */
  readonly session?: ClientSession | undefined;
  /** How long the server waits for news before it answers with none, where it is a cursor that waits. */
  readonly maxAwaitTimeMS?: number;
  /** Commands do not find the cursor: the driver is to read it whole. Default false. */
  readonly byDriver?: boolean;
}

const EVEN_BYTES = 1024 * 1024;

const ignore = (): void => undefined;

/**
 * What a cursor reads, in the batches of the server; a batch may be empty. The driver makes an object of each document, even of
 * bytes; for all batches but the first the server is asked by a command, whose answer comes as one piece. Once it has failed it
 * fails: what the server has sent meanwhile is lost.
 */
export class RawBatches implements BatchSource<RawDocuments> {
  readonly #db: Db;
  readonly #reading: RawReading;
  readonly #session: ClientSession;
  readonly #cursor: AbstractCursor;
  readonly #isEven: boolean;
  #byDriver: boolean;
  /** Null before the first batch; zero once the server has no more. */
  #cursorId: bigint | null = null;
  /** Of the last batch that had any. */
  #meanBytes = 0;
  #isElsewhere = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(db: Db, reading: RawReading) {
    this.#db = db;
    this.#reading = reading;
    this.#byDriver = reading.byDriver === true || isListenedTo(db);
    this.#isEven = reading.sampleSize !== undefined && !this.#byDriver;
    // A cursor is read on only in the session that it was opened in.
    this.#session = reading.session ?? db.client.startSession({ causalConsistency: false });
    const { batchSize, sampleSize = batchSize } = reading;
    this.#cursor = reading.open({
      session: this.#session,
      batchSize: this.#byDriver ? batchSize : sampleSize,
    });
  }

  /** Commands came to another server than that of the cursor, as behind several routers. */
  get isElsewhere(): boolean {
    return this.#isElsewhere;
  }

  async next(): Promise<RawDocuments | null> {
    if (this.#failure) throw this.#failure.error;
    try {
      return await this.#next();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async close(): Promise<void> {
    const closed = this.#cursor
      .close()
      .then(() => (this.#reading.session ? undefined : this.#session.endSession()));
    // The driver does not know that a cursor has come to its end by commands, and tells the server all the same.
    if (this.#cursorId === 0n) closed.catch(ignore);
    else await closed;
  }

  async #next(): Promise<RawDocuments | null> {
    if (this.#cursorId === 0n) return null;
    if (this.#cursorId === null || this.#byDriver || isListenedTo(this.#db)) return this.#nextByDriver();
    try {
      return await this.#nextByCommand(this.#cursorId);
    } catch (error) {
      if (codeOf(error) !== mongoCode.cursorNotFound) throw error;
      // Nobody has moved it: where it is still there, the driver's own requests find it, and read on from where it is.
      this.#byDriver = this.#isElsewhere = true;
      return this.#nextByDriver();
    }
  }

  async #nextByDriver(): Promise<RawDocuments | null> {
    const first: unknown = await this.#cursor.tryNext();
    this.#cursorId = this.#cursor.id?.toBigInt() ?? 0n;
    if (first === null) return this.#cursorId === 0n ? null : RawDocuments.none;
    const others = this.#cursor.readBufferedDocuments() as Uint8Array[];
    return this.#measured(RawDocuments.of([first as Uint8Array, ...others]));
  }

  async #nextByCommand(id: bigint): Promise<RawDocuments> {
    const { collection, maxAwaitTimeMS: maxTimeMS } = this.#reading;
    const { readPreference } = this.#cursor;
    // Who hears of commands may write them down, and not every writer knows a bigint.
    const getMore = { getMore: Long.fromBigInt(id), collection, batchSize: this.#batchSize };
    const answer = await this.#db.command(
      { ...getMore, ...(maxTimeMS !== undefined && { maxTimeMS }) },
      { raw: true, session: this.#session, readPreference },
    );
    const { id: next, nextBatch } = readCursor(asBuffer(answer['cursor'] as Uint8Array));
    this.#cursorId = next;
    return this.#measured(RawDocuments.inArray(nextBatch));
  }

  get #batchSize(): number {
    const { batchSize } = this.#reading;
    if (!this.#isEven || this.#meanBytes === 0) return batchSize;
    return Math.max(1, Math.min(batchSize, Math.floor(EVEN_BYTES / this.#meanBytes)));
  }

  #measured(documents: RawDocuments): RawDocuments {
    if (documents.length > 0) this.#meanBytes = documents.byteCount / documents.length;
    return documents;
  }
}

/** Whoever hears what a client is answered may take it apart as the driver does: what is answered raw would end in an error. */
function isListenedTo({ client }: Db): boolean {
  return client.options.monitorCommands && client.listenerCount('commandSucceeded') > 0;
}
