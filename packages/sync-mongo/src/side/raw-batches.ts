import { type ClientSession, type Db, type Document, type FindCursor, type FindOptions } from 'mongodb';
import { asBuffer } from '../bson/as-buffer.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { readCursor } from '../bson/read-cursor.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type BatchSource } from './batches-ahead.js';
import { RawDocuments } from './raw-documents.js';

/** What is read, and how. */
export interface RawReading extends FindOptions {
  readonly collection: string;
  readonly filter: Document;
  readonly batchSize: number;
}

/**
 * The documents of a find in the batches of the server. The driver makes an object of each document, even of bytes; for all
 * batches but the first the server is asked by a command, whose answer comes as one piece.
 */
export class RawBatches implements BatchSource<RawDocuments> {
  readonly #db: Db;
  readonly #collection: string;
  readonly #cursor: FindCursor;
  readonly #session: ClientSession;
  readonly #ownsSession: boolean;
  readonly #batchSize: number;
  /** Null before the first batch; zero once the server has no more. */
  #cursorId: bigint | null = null;
  /** Commands come to another server than that of the cursor, as behind several routers: the driver's own requests find it. */
  #isElsewhere = false;

  constructor(db: Db, { collection, filter, session, ...options }: RawReading) {
    this.#db = db;
    this.#collection = collection;
    this.#ownsSession = session === undefined;
    // A cursor is read on only in the session that it was opened in.
    this.#session = session ?? db.client.startSession({ causalConsistency: false });
    this.#batchSize = options.batchSize;
    this.#cursor = db.collection(collection).find(filter, { ...options, session: this.#session, raw: true });
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
    if (this.#ownsSession) await this.#session.endSession();
  }

  async #byDriver(): Promise<RawDocuments | null> {
    const isMore = await this.#cursor.hasNext();
    this.#cursorId = isMore ? (this.#cursor.id?.toBigInt() ?? 0n) : 0n;
    return isMore ? RawDocuments.of(this.#cursor.readBufferedDocuments()) : null;
  }

  async #byCommand(id: bigint): Promise<RawDocuments | null> {
    const command = { getMore: id, collection: this.#collection, batchSize: this.#batchSize };
    const { readPreference } = this.#cursor;
    const options = { raw: true, session: this.#session, readPreference };
    const answer = readCursor(asBuffer((await this.#db.command(command, options))['cursor'] as Uint8Array));
    this.#cursorId = answer.id;
    // A server may answer with nothing yet.
    const batch = RawDocuments.inArray(answer.nextBatch);
    return batch.length === 0 ? this.next() : batch;
  }
}
