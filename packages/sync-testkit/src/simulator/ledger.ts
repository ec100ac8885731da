import { type DocumentKey } from '@bomba/sync-core';
import { writesOf } from './business-logic.js';
import { type History, union, type WriteId } from './history.js';
import { Violation } from './violation.js';

/** What became of one write that an application was told is done. */
export interface WriteRecord {
  readonly key: DocumentKey;
  /** When it was written. */
  readonly atMs: number;
  /** False where nothing was promised: a foreign write, or one that fell back with its Local. */
  acknowledged: boolean;
  /** What its writer had seen. */
  readonly saw: History | null;
  /** Of a deletion: what it deleted. */
  readonly deleted: History | null;
}

/** Every write of a history, and what has been kept of those that lost. */
export class Ledger {
  readonly writes = new Map<WriteId, WriteRecord>();
  readonly kept = new Map<DocumentKey, Set<WriteId>>();
  /** Deletions that an application was told are done, with the time of their ids. */
  readonly deletions: { readonly key: DocumentKey; readonly atMs: number }[] = [];
  /** Writes past bomba-sync: their loss is counted, not judged. */
  readonly foreign = new Set<WriteId>();
  /** Those of them whose events show the state. */
  readonly shown = new Set<WriteId>();
  #next = 0;
  overwrittenForeignCount = 0;

  /** The number that the next write gets. */
  get next(): WriteId {
    return this.#next + 1;
  }

  /** That number is given to no write. */
  skip(): void {
    this.#next++;
  }

  /** A new write. */
  record(key: DocumentKey, write: Pick<WriteRecord, 'atMs'> & Partial<WriteRecord>): WriteId {
    const id = ++this.#next;
    this.writes.set(id, { key, acknowledged: true, saw: null, deleted: null, ...write });
    return id;
  }

  /** The conflict store has these writes of the key. */
  keep(key: DocumentKey, history: Iterable<WriteId> | undefined): void {
    this.kept.set(key, union(this.kept.get(key), history));
  }

  /** Nothing may be overwritten unless the successor contains it, a record keeps it, or another copy has it. */
  checkOverwrite(key: DocumentKey, lost: History, has: readonly (History | undefined)[]): void {
    const safe = union(...has, this.kept.get(key));
    for (const write of writesOf(lost)) {
      if (safe.has(write)) continue;
      if (!this.foreign.has(write)) throw new Violation(`write ${write} of ${key} vanished without a record`);
      this.overwrittenForeignCount++;
    }
  }
}
