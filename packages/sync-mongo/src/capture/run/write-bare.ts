import { bareOperation } from '../bulk/bare-operation.js';
import { bareUpdate } from '../rewrite/bare-update.js';
import { fieldsOf } from '../rewrite/fields.js';
import { type NativeMethod } from '../seam/native-collection.js';
import { type CapturedMethod } from './captured-method.js';
import { restoreOperations } from './restore-operations.js';

/** A write as the application made it. */
export interface MadeCall {
  readonly method: CapturedMethod;
  readonly args: readonly unknown[];
}

/**
 * A write to a collection that is synced no more, as its validator refuses the metadata: it takes away what an earlier
 * one has left there.
 */
export function writeBare(beneath: NativeMethod, { method, args }: MadeCall): unknown {
  const [first, second, ...others] = args;
  switch (method) {
    case 'updateOne':
    case 'updateMany':
    case 'findOneAndUpdate':
      return beneath(first, bareUpdate(second), ...others);
    case 'bulkWrite':
      return Array.isArray(first) ? writeAllBare(beneath, [first, second, ...others]) : beneath(...args);
    default:
      return beneath(...args);
  }
}

/** The same for a bulk, whose errors name the operations of the application. */
export async function writeAllBare(
  beneath: NativeMethod,
  [operations, ...others]: readonly [readonly unknown[], ...unknown[]],
): Promise<unknown> {
  try {
    return await beneath(operations.map(bareOperation), ...others);
  } catch (error) {
    throw restoreOperations(error, (index, operation) => {
      const { updateOne, updateMany } = fieldsOf(operations[index]) ?? {};
      const asked = fieldsOf(updateOne ?? updateMany);
      return asked ? { ...(operation as object), u: asked['update'] } : operation;
    });
  }
}
