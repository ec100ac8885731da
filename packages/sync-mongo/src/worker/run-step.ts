import {
  type AtlasSide,
  type LocalSide,
  type ModelLane,
  type Operation,
  type Step,
  SyncError,
} from '@bomba/sync-core';

/** The two sides that a step talks to, and the models that states pass. */
export interface Sides {
  readonly local: LocalSide;
  readonly atlas: AtlasSide;
  /** Needed only where rules ask for business logic. */
  readonly models?: ModelLane;
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
  sides: Sides,
  operation: Operation,
): Promise<IteratorResult<Operation, Result>> {
  let result: unknown;
  try {
    result = await perform(sides, operation);
  } catch (error) {
    return step.throw(error);
  }
  return step.next(result);
}

function perform({ local, atlas, models }: Sides, operation: Operation): Promise<unknown> {
  if (operation.side === 'local') return local.run(operation);
  if (operation.side === 'atlas') return atlas.run(operation);
  if (models) return models.run(operation);
  throw new SyncError('SYNC_BUG', 'A state is to pass its model, and there are no models here.');
}
