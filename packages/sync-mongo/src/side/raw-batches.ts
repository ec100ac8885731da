import { type AbstractCursor, type ClientSession, type Db } from 'mongodb';
import { asBuffer } from '../bson/as-buffer.js';
import { readCursor } from '../bson/read-cursor.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type BatchSource } from './batches-ahead.js';
import { RawDocuments } from './raw-documents.js';

const EVEN_BYTES = 1024 * 1024;

/** What is read in batches, and how. */
export interface RawReading {
  /** The collection of its cursor, as the server names it. */
  readonly collection: string;
  /** Opens a cursor of raw documents. */
  readonly open: (session: ClientSession) => AbstractCursor;
  /** The most documents of a batch. */
  readonly batchSize: number;
  /**
   * Whether batches behind the first are as many documents as make about a megabyte, if what comes is as large as what came.
   * Default false: they are of `batchSize`.
   */
  readonly isEven?: boolean;
  /** Default: one of its own. */
  readonly session?: ClientSession | undefined;
  /** How long the server waits for news before it answers with none, where it is a cursor that waits. */
  readonly maxAwaitTimeMS?: number;
}

/**
 * What a cursor reads, in the batches of the server; a batch may be empty. The driver makes an object of each document, even of
 * bytes; for all batches but the first the server is asked by a command, whose answer comes as one piece.
 */
export class RawBatches implements BatchSource<RawDocuments> {
  readonly #db: Db;
  readonly #reading: RawReading;
  readonly #session: ClientSession;
  readonly #cursor: AbstractCursor;
  /** Null before the first batch; zero once the server has no more. */
  #cursorId: bigint | null = null;
  /** Of the last batch that had any. */
  #meanBytes = 0;
  /** Commands come to another server than that of the cursor, as behind several routers: the driver's own requests find it. */
  #isElsewhere = false;

  constructor(db: Db, reading: RawReading) {
    this.#db = db;
    this.#reading = reading;
    // A cursor is read on only in the session that it was opened in.
    this.#session = reading.session ?? db.client.startSession({ causalConsistency: false });
    this.#cursor = reading.open(this.#session);
  }

  async next(): Promise<RawDocuments | null> {
    if (this.#cursorId === 0n) return null;
    if (this.#cursorId === null || this.#isElsewhere) return this.#byDriver();
    try {
      return await this.#byCommand(this.#cursorId);
    } catch (error) {
      if (codeOf(error) !== mongoCode.cursorNotFound) throw error;
      // Nobody has moved it: where it is still there, the driver reads on from where it is.
      this.#isElsewhere = true;
      return this.#byDriver();
    }
  }

  async close(): Promise<void> {
    await this.#cursor.close();
    if (!this.#reading.session) await this.#session.endSession();
  }

  async #byDriver(): Promise<RawDocuments | null> {
    const first: unknown = await this.#cursor.tryNext();
    this.#cursorId = this.#cursor.id?.toBigInt() ?? 0n;
    if (first === null) return this.#cursorId === 0n ? null : RawDocuments.none;
    return this.#measured(
      RawDocuments.of([first as Uint8Array, ...(this.#cursor.readBufferedDocuments() as Uint8Array[])]),
    );
  }

  async #byCommand(id: bigint): Promise<RawDocuments> {
    const { collection, maxAwaitTimeMS: maxTimeMS } = this.#reading;
    const batchSize = this.#batchSize;
    const { readPreference } = this.#cursor;
    const answer = await this.#db.command(
      { getMore: id, collection, batchSize, ...(maxTimeMS !== undefined && { maxTimeMS }) },
      { raw: true, session: this.#session, readPreference },
    );
    const { id: next, nextBatch } = readCursor(asBuffer(answer['cursor'] as Uint8Array));
    this.#cursorId = next;
    return this.#measured(RawDocuments.inArray(nextBatch));
  }

  get #batchSize(): number {
    const { batchSize, isEven = false } = this.#reading;
    if (!isEven || this.#meanBytes === 0) return batchSize;
    return Math.max(1, Math.min(batchSize, Math.floor(EVEN_BYTES / this.#meanBytes)));
  }

  #measured(documents: RawDocuments): RawDocuments {
    if (documents.length > 0) this.#meanBytes = documents.byteCount / documents.length;
    return documents;
  }
}
