import { type AtlasOperation } from '../operations/atlas-operation.js';
import { type LocalOperation } from '../operations/local-operation.js';
import { type ResultOf } from '../operations/operation.js';

/**
 * Performs one operation on a branch's Local. A miss is a value, a permanent refusal of one state is a value, anything
 * else that fails is thrown as a SyncError, and then the caller does not know whether it was done.
 *
 * @public
 */
export interface LocalSide {
  run<O extends LocalOperation>(operation: O): Promise<ResultOf<O>>;
}

/** Performs one operation on Atlas, in the same terms as {@link LocalSide}. @public */
export interface AtlasSide {
  run<O extends AtlasOperation>(operation: O): Promise<ResultOf<O>>;
}
