import { type BulkWriteResult, type MongoBulkWriteError } from 'mongodb';
import { restoreOperations } from '../run/restore-operations.js';
import { addToTally, type BulkTally, type BulkWriteError, emptyTally, type PlacedId } from './bulk-tally.js';

/** Where the operations of a part stand in the whole bulk, and what the application had asked for there. */
export interface PartOfBulk {
  placeOf(index: number): number;
  originalOf(index: number, operation: unknown): unknown;
}

type ResultClass = new (tally: BulkTally, ordered: boolean) => BulkWriteResult;
type MutableError = Pick<Partial<MongoBulkWriteError>, 'code' | 'message'> & {
  -readonly [Name in 'result' | 'writeErrors']: unknown;
};

/** A bulk that is carried out in parts: gathers what they did into the one result or error the driver would give. */
export class BulkRun {
  readonly #ordered: boolean;
  readonly #inserts: readonly PlacedId[];
  readonly #tally = emptyTally();
  #resultClass: ResultClass | undefined;
  #error: unknown;

  /** `inserts`: all that the bulk is to insert, done or not, as the driver notes them beforehand. */
  constructor(ordered: boolean, inserts: readonly PlacedId[]) {
    this.#ordered = ordered;
    this.#inserts = inserts;
  }

  /** True where nothing more is to be done: at the first error of an ordered bulk, or when the server is out of reach. */
  isOver(): boolean {
    return this.#error !== undefined && (this.#ordered || this.#tally.writeErrors.length === 0);
  }

  /** Counts documents that a part removed. */
  addRemoved(count: number): void {
    this.#tally.nRemoved += count;
  }

  /** Keeps the driver's class of a result that does not count itself. */
  noteClass(result: BulkWriteResult): void {
    this.#resultClass = result.constructor as unknown as ResultClass;
  }

  /** Counts a part that went well. */
  addResult(result: BulkWriteResult, part: PartOfBulk): void {
    this.noteClass(result);
    addToTally(this.#tally, result.getRawResponse(), (index) => part.placeOf(index));
  }

  /** Counts what a failed part did, where what failed of it is tried again; `isFinal` tells which errors stay. */
  addDone(
    error: MongoBulkWriteError,
    part: PartOfBulk,
    isFinal: (failure: BulkWriteError['err']) => boolean = () => false,
  ): void {
    const { result } = error;
    this.noteClass(result);
    restoreOperations(error, (index, operation) => part.originalOf(index, operation));
    const raw = result.getRawResponse();
    const writeErrors = (raw['writeErrors'] as readonly BulkWriteError[]).filter(({ err }) => isFinal(err));
    if (writeErrors.length > 0) this.#error ??= error;
    addToTally(this.#tally, { ...raw, writeErrors }, (index) => part.placeOf(index));
  }

  /** Counts documents that an update of many had written before it was tried again. */
  addUpdated(count: number): void {
    this.#tally.nMatched += count;
    this.#tally.nModified += count;
  }

  /** Counts what a failed part did, and keeps the first error. */
  addError(error: unknown, part: PartOfBulk): void {
    this.#error ??= error;
    if (!isBulkError(error)) return;
    restoreOperations(error, (index, operation) => part.originalOf(index, operation));
    this.addResult(error.result, part);
  }

  /**
   * The result of the whole; throws the first error, with what the whole did. Where the application does not wait for the
   * server, the driver knows of no result and no refusal.
   */
  finish({ isUnacknowledged = false }: { readonly isUnacknowledged?: boolean } = {}): BulkWriteResult {
    const error = this.#error;
    const insertedIds = [...this.#inserts];
    this.#tally.insertedIds = insertedIds;
    if (isUnacknowledged && this.#resultClass && (error === undefined || isBulkError(error))) {
      return new this.#resultClass({ ...emptyTally(), insertedIds }, this.#ordered);
    }
    if (error !== undefined && !isBulkError(error)) throw error as Error;
    const result = this.#resultClass && new this.#resultClass(this.#tally, this.#ordered);
    if (error === undefined && result) return result;
    if (error !== undefined) {
      const [first] = this.#tally.writeErrors;
      const { code, errmsg: message } = first?.err ?? {};
      const ofFirst = code === undefined || message === undefined ? {} : { code, message };
      Object.assign(error, {
        result,
        writeErrors: this.#tally.writeErrors,
        ...ofFirst,
      } satisfies MutableError);
      throw error;
    }
    throw new TypeError('A bulk without a part has no result.');
  }
}

/** True for the driver's error of a bulk, of whichever copy of the driver. */
export function isBulkError(error: unknown): error is MongoBulkWriteError {
  return error instanceof Error && error.name === 'MongoBulkWriteError' && 'result' in error;
}
