import { type Fields } from '../rewrite/fields.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/** A delete of the application, in any form. */
export interface DeleteRequest {
  readonly target: WriteTarget;
  readonly filter: unknown;
  readonly options: unknown;
  /** One document, or all that match. */
  readonly limit: 'one' | 'all';
  /** The id of the first try; each further one has its own. */
  readonly firstId: WriteId;
  /** Marks by this pipeline what this filter matches: the caller's, or one that is narrower. */
  mark(pipeline: readonly Fields[], filter: unknown): Promise<Marked>;
  /**
   * Deletes where the server refuses the mark, and answers how many documents that were. Default: tombstones first, then
   * what is still as it was read.
   */
  deleteUnmarked?(): Promise<number>;
}

/** What a mark found. */
export interface Marked {
  readonly matchedCount: number;
  /** Without those that another delete has marked already. */
  readonly markedCount: number;
}
