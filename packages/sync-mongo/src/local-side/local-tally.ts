import { mongoCode } from '../errors/mongo-error-codes.js';
import { type BulkOutcome, type IndexedFailure } from '../side/bulk.js';
import { type LocalOutcome, type LocalWrite } from './local-write.js';
import { type LockWatch } from './lock-watch.js';

/** A write with its place in the bulk. */
export interface NumberedWrite extends LocalWrite {
  readonly index: number;
}

/** What a server says of a single write that met a transaction. */
const lockCodes: ReadonlySet<number> = new Set([
  mongoCode.lockTimeout,
  mongoCode.maxTimeMSExpired,
  mongoCode.writeConflict,
]);

/** Plans a bulk in parts, and adds up how they ended. */
export class LocalTally implements LocalOutcome {
  matchedCount = 0;
  insertedCount = 0;
  deletedCount = 0;
  readonly failures: IndexedFailure[] = [];
  readonly locked = new Set<number>();
  readonly #locks: LockWatch;

  constructor(locks: LockWatch) {
    this.#locks = locks;
  }

  /** What may go together, and what goes alone as it was locked before; what rests from that goes not at all. */
  plan(writes: readonly LocalWrite[]): {
    readonly together: readonly NumberedWrite[];
    readonly alone: NumberedWrite[];
  } {
    const together: NumberedWrite[] = [];
    const alone: NumberedWrite[] = [];
    for (const [index, write] of writes.entries()) {
      if (!this.#locks.isSuspect(write.key)) together.push({ ...write, index });
      else if (this.#locks.rests(write.key)) this.locked.add(index);
      else alone.push({ ...write, index });
    }
    return { together, alone };
  }

  /** A part was answered. */
  add(part: readonly NumberedWrite[], outcome: BulkOutcome): void {
    this.matchedCount += outcome.matchedCount;
    this.insertedCount += outcome.insertedCount;
    this.deletedCount += outcome.deletedCount;
    const conflicting = new Set<number>();
    for (const failure of outcome.failures) {
      const write = part[failure.index];
      if (!write) continue;
      if (lockCodes.has(failure.code)) {
        conflicting.add(write.index);
        this.foundLocked(write);
      } else this.failures.push({ ...failure, index: write.index });
    }
    for (const { key, index } of part) {
      if (!conflicting.has(index) && this.#locks.isSuspect(key)) this.#locks.foundFree(key);
    }
  }

  foundLocked({ key, index }: NumberedWrite): void {
    this.locked.add(index);
    this.#locks.foundLocked(key);
  }
}
