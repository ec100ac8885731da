import { type AtlasSide, type LocalSide, type Operation, type Step } from '@bomba/sync-core';

/** The two sides that a step talks to. */
export interface Sides {
  readonly local: LocalSide;
  readonly atlas: AtlasSide;
}

/** Drives a step of the engine: performs each operation and hands the answer, or the error, back into it. */
export async function runStep<Result>(
  step: Step<Result>,
  sides: Sides,
  signal?: AbortSignal,
): Promise<Result> {
  let turn = step.next();
  while (!turn.done) {
    signal?.throwIfAborted();
    turn = await answer(step, sides, turn.value);
  }
  return turn.value;
}

async function answer<Result>(
  step: Step<Result>,
  { local, atlas }: Sides,
  operation: Operation,
): Promise<IteratorResult<Operation, Result>> {
  let result: unknown;
  try {
    result = operation.side === 'local' ? await local.run(operation) : await atlas.run(operation);
  } catch (error) {
    return step.throw(error);
  }
  return step.next(result);
}
