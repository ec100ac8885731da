import { type ModelOperation } from '../operations/model-operation.js';
import { type ResultOf } from '../operations/operation.js';

/**
 * Passes states through the application's models. It writes nothing itself; what hooks write is the application's. What
 * a model refuses, and a hook that throws, is a value.
 *
 * @public
 */
export interface ModelLane {
  run<O extends ModelOperation>(operation: O): Promise<ResultOf<O>>;
}
