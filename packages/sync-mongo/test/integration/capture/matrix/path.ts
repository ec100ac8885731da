import { type ClientSession, type Mongoose } from 'mongoose';
import { type TillModels } from './till-model.js';

/** What an application may say with any call. */
export interface CallOptions {
  readonly session?: ClientSession;
  readonly middleware?: false;
}

/** What a row of the matrix works with. */
export interface PathContext extends TillModels {
  readonly mongoose: Mongoose;
  /** To be given to the calls of the row. */
  readonly options: CallOptions;
}

/** A way to write, after the rows of the table of paths. */
export interface WritePath {
  /** Its row, 1 to 31. */
  readonly row: number;
  readonly does: string;
  readonly run: (context: PathContext) => Promise<unknown>;
  /** The same, refused by the server or the driver. */
  readonly fail?: (context: PathContext) => Promise<unknown>;
  /** True where it sends several commands at once: in one transaction MongoDB does not define what they do. */
  readonly isParallel?: boolean;
  /** True where some matched document is written as it was, and counts as modified all the same. */
  readonly isMoved?: boolean;
}
