import { type AtlasOperation, type AtlasResults } from './atlas-operation.js';
import { type LocalOperation, type LocalResults } from './local-operation.js';
import { type ModelOperation, type ModelResults } from './model-operation.js';

/** One typed request to one side, or to the models. @public */
export type Operation = LocalOperation | AtlasOperation | ModelOperation;

/** What an operation answers. @public */
export type ResultOf<O extends Operation> = O extends LocalOperation
  ? LocalResults[O['op']]
  : O extends AtlasOperation
    ? AtlasResults[O['op']]
    : O extends ModelOperation
      ? ModelResults[O['op']]
      : never;

/**
 * A piece of the engine without I/O: it yields operations and is given their results, or has the error thrown into it.
 * Between any two operations anything else may happen, including the death of the process.
 *
 * @public
 */
export type Step<Result> = Generator<Operation, Result, unknown>;

/** Asks one side, from within a step. */
export function* ask<O extends Operation>(operation: O): Generator<Operation, ResultOf<O>, unknown> {
  return (yield operation) as ResultOf<O>;
}
