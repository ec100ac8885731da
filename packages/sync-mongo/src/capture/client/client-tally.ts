import {
  type BulkWriteResult,
  type ClientBulkWriteResult,
  type ClientDeleteResult,
  type ClientInsertOneResult,
  type ClientUpdateResult,
  MongoClientBulkWriteError,
  MongoServerError,
} from 'mongodb';
import { isBulkError } from '../bulk/bulk-run.js';
import { type SteppedOperation } from './client-operation.js';

type Counts = {
  -readonly [Name in keyof ClientBulkWriteResult as Name extends `${string}Count` ? Name : never]: number;
};
const COUNTS = ['insertedCount', 'upsertedCount', 'matchedCount', 'modifiedCount', 'deletedCount'] as const;

/** How the application wants its client's bulk to be done. */
export interface ClientBulkWish {
  readonly ordered: boolean;
  readonly verbose: boolean;
}

/** Gathers what the parts of a client's bulk did into the one result or error the driver would give. */
export class ClientTally {
  readonly #wish: ClientBulkWish;
  readonly #counts: Counts = {
    ...{ insertedCount: 0, upsertedCount: 0, matchedCount: 0, modifiedCount: 0, deletedCount: 0 },
  };
  readonly #inserts = new Map<number, ClientInsertOneResult>();
  readonly #updates = new Map<number, ClientUpdateResult>();
  readonly #deletes = new Map<number, ClientDeleteResult>();
  readonly #writeErrors = new Map<number, { readonly code: number; readonly message: string }>();
  readonly #concernErrors: MongoClientBulkWriteError['writeConcernErrors'] = [];
  #fatal: Error | null = null;

  constructor(wish: ClientBulkWish) {
    this.#wish = wish;
  }

  /** True where nothing more is to be done. */
  get isOver(): boolean {
    return this.#fatal !== null || (this.#wish.ordered && this.#writeErrors.size > 0);
  }

  /** Counts what one command of the client did. */
  addDirect(result: ClientBulkWriteResult, placeOf: (index: number) => number): void {
    for (const name of COUNTS) this.#counts[name] += result[name];
    result.insertResults?.forEach((inserted, index) => this.#inserts.set(placeOf(index), inserted));
    result.updateResults?.forEach((updated, index) => this.#updates.set(placeOf(index), updated));
    result.deleteResults?.forEach((deleted, index) => this.#deletes.set(placeOf(index), deleted));
  }

  addDirectError(error: unknown, placeOf: (index: number) => number): void {
    if (!(error instanceof MongoClientBulkWriteError)) {
      this.#fatal = asError(error);
      return;
    }
    if (error.partialResult) this.addDirect(error.partialResult, placeOf);
    error.writeErrors.forEach((failure, index) => this.#writeErrors.set(placeOf(index), failure));
    this.#concernErrors.push(...error.writeConcernErrors);
    if (error.cause !== undefined) this.#fatal = error;
  }

  /** Counts what one operation did that was carried out by its collection. */
  addStepped({ index, kind }: SteppedOperation, result: BulkWriteResult): void {
    for (const name of COUNTS) this.#counts[name] += result[name];
    if (kind === 'delete') {
      this.#deletes.set(index, { deletedCount: result.deletedCount });
      return;
    }
    const { matchedCount, modifiedCount, upsertedCount } = result;
    const upserted = upsertedCount > 0 ? { upsertedId: result.upsertedIds[0] as never } : {};
    this.#updates.set(index, {
      ...{ matchedCount: matchedCount + upsertedCount, modifiedCount, didUpsert: upsertedCount > 0 },
      ...upserted,
    });
  }

  addSteppedError({ index }: SteppedOperation, error: unknown): void {
    const [failure] = isBulkError(error) ? [error.writeErrors].flat() : [];
    if (failure) this.#writeErrors.set(index, { code: failure.code, message: failure.errmsg ?? '' });
    else this.#fatal = asError(error);
  }

  /** The result of the whole; throws the first error, with what the whole did. */
  finish(): ClientBulkWriteResult {
    if (this.#fatal && !(this.#fatal instanceof MongoServerError)) throw this.#fatal;
    if (this.#fatal) throw this.#error(EXECUTION, this.#fatal);
    if (this.#writeErrors.size === 0 && this.#concernErrors.length === 0) return this.#result();
    throw this.#error(this.#wish.ordered && this.#writeErrors.size > 0 ? ORDERED : UNORDERED);
  }

  #result(): ClientBulkWriteResult {
    const maps = this.#wish.verbose
      ? { insertResults: this.#inserts, updateResults: this.#updates, deleteResults: this.#deletes }
      : {};
    return {
      ...{ acknowledged: true, ...this.#counts },
      ...{ insertResults: undefined, updateResults: undefined, deleteResults: undefined, ...maps },
    } as ClientBulkWriteResult;
  }

  #error(message: string, fatal: Error | null = null): MongoClientBulkWriteError {
    const error =
      fatal instanceof MongoClientBulkWriteError ? fatal : new MongoClientBulkWriteError({ message });
    if (fatal && fatal !== error) error.cause = fatal;
    error.writeErrors = this.#writeErrors;
    error.writeConcernErrors = this.#concernErrors;
    error.partialResult = this.#result();
    return error;
  }
}

/** The driver's own words. */
const ORDERED = 'Mongo client ordered bulk write encountered a write error.';
const UNORDERED = 'Mongo client bulk write encountered errors during execution.';
const EXECUTION = 'Mongo client bulk write encountered an error during execution';

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
