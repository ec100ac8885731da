import { type BulkWriteResult, type MongoBulkWriteError } from 'mongodb';
import { restoreOperations } from '../run/restore-operations.js';
import { addToTally, type BulkTally, emptyTally } from './bulk-tally.js';

/** Where the operations of a part stand in the whole bulk, and what the application had asked for there. */
export interface PartOfBulk {
  placeOf(index: number): number;
  originalOf(index: number, operation: unknown): unknown;
}

type ResultClass = new (tally: BulkTally, ordered: boolean) => BulkWriteResult;
type MutableError = { -readonly [Name in 'result' | 'writeErrors']: unknown };

/** A bulk that is carried out in parts: gathers what they did into the one result or error the driver would give. */
export class BulkRun {
  readonly #ordered: boolean;
  readonly #tally = emptyTally();
  #resultClass: ResultClass | undefined;
  #error: unknown;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
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

  /** Counts what a failed part did, where what failed of it is tried again. */
  addDone(result: BulkWriteResult, part: PartOfBulk): void {
    this.noteClass(result);
    const done = { ...result.getRawResponse(), writeErrors: [] };
    addToTally(this.#tally, done, (index) => part.placeOf(index));
  }

  /** Counts what a failed part did, and keeps the first error. */
  addError(error: unknown, part: PartOfBulk): void {
    this.#error ??= error;
    if (!isBulkError(error)) return;
    restoreOperations(error, (index, operation) => part.originalOf(index, operation));
    this.addResult(error.result, part);
  }

  /** The result of the whole; throws the first error, with what the whole did. */
  finish(): BulkWriteResult {
    const error = this.#error;
    if (error !== undefined && !isBulkError(error)) throw error as Error;
    const result = this.#resultClass && new this.#resultClass(this.#tally, this.#ordered);
    if (error === undefined && result) return result;
    if (error !== undefined) {
      Object.assign(error, { result, writeErrors: this.#tally.writeErrors } satisfies MutableError);
      throw error;
    }
    throw new TypeError('A bulk without a part has no result.');
  }
}

/** True for the driver's error of a bulk, of whichever copy of the driver. */
export function isBulkError(error: unknown): error is MongoBulkWriteError {
  return error instanceof Error && error.name === 'MongoBulkWriteError' && 'result' in error;
}
