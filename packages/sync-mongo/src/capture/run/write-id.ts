import { type HybridClock, type Stamp, withTime } from '@bomba/sync-core';
import { type Binary } from 'mongodb';
import { toBinary } from '../../bson/stamp-binary.js';

/** The id of one operation, as the clock issued it and as documents carry it. */
export interface WriteId {
  readonly stamp: Stamp;
  readonly binary: Binary;
}

/** How old a deletion mark may be before another delete takes it for left behind. */
export const UNDER_WAY_MS = 5_000;

/** Issues the ids of captured writes. */
export class WriteIds {
  readonly #clock: HybridClock;

  constructor(clock: HybridClock) {
    this.#clock = clock;
  }

  /** The id of an operation that writes at most one document. */
  single(): WriteId {
    return toWriteId(this.#clock.next());
  }

  /** The id of an operation that may write many documents, and says so. */
  shared(): WriteId {
    return toWriteId(this.#clock.next({ shared: true }));
  }

  /** The same for one that may write a document twice. */
  spread(): WriteId {
    return toWriteId(this.#clock.next({ shared: 'spread' }));
  }

  /** Deletion marks with an earlier id are stale when a delete of this id starts. */
  staleBefore({ stamp }: WriteId): Binary {
    return toBinary(withTime(stamp, Math.max(0, this.#clock.now() - UNDER_WAY_MS)));
  }
}

function toWriteId(stamp: Stamp): WriteId {
  return { stamp, binary: toBinary(stamp) };
}
