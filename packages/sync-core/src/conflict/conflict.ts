import { type DocumentKey } from '../document-key/document-key.js';
import { type Side } from '../protocol/side.js';
import { type Stamp } from '../protocol/stamp.js';

/** A conflict that was settled, without the documents. @public */
export interface Conflict {
  readonly key: DocumentKey;
  readonly collection: string;
  readonly winner: Side | 'merged';
  readonly strategy: 'last-write-wins' | 'custom';
  /** The stamps it was settled by; one of now where a version came without a sound one. */
  readonly localStamp: Stamp;
  readonly atlasStamp: Stamp;
  /** A time was missing or damaged and was replaced, so the choice of the winner is to be taken with care. */
  readonly caution: boolean;
  /** The kind of error where the strategy failed and Atlas' version stands for that reason; else null. */
  readonly failure: string | null;
  /** When it was settled, in ms since the epoch. */
  readonly atMs: number;
}

/** How the conflicts since the start were settled. @public */
export interface ConflictStats {
  readonly totalCount: number;
  readonly localWonCount: number;
  readonly atlasWonCount: number;
  readonly mergedCount: number;
  /** Of all: those where the strategy failed. */
  readonly failedCount: number;
  /** Of all: those with a time that was missing or damaged. */
  readonly cautionCount: number;
}

/** No conflict yet. */
export const noConflicts: ConflictStats = {
  totalCount: 0,
  localWonCount: 0,
  atlasWonCount: 0,
  mergedCount: 0,
  failedCount: 0,
  cautionCount: 0,
};

/** The statistics with one conflict more. */
export function countConflict(stats: ConflictStats, { winner, failure, caution }: Conflict): ConflictStats {
  return {
    totalCount: stats.totalCount + 1,
    localWonCount: stats.localWonCount + Number(winner === 'local'),
    atlasWonCount: stats.atlasWonCount + Number(winner === 'atlas'),
    mergedCount: stats.mergedCount + Number(winner === 'merged'),
    failedCount: stats.failedCount + Number(failure !== null),
    cautionCount: stats.cautionCount + Number(caution),
  };
}
