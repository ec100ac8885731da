import { type BulkWriteResult } from 'mongodb';
import { GeneratedIds } from '../run/generated-ids.js';
import { restoreOperations } from '../run/restore-operations.js';
import { type WriteTarget } from '../run/write-target.js';
import { type PlannedWrite } from './planned-operation.js';

/** Writes marked operations in one call of the driver's bulk; an error names the operations of the application. */
export async function writeTogether(
  target: WriteTarget,
  writes: readonly PlannedWrite[],
  options: unknown,
): Promise<BulkWriteResult> {
  const copies = new GeneratedIds(writes.flatMap(({ copy }) => copy ?? []));
  const operations = writes.map(({ operation }) => operation);
  try {
    return await copies.handBack(target.call<BulkWriteResult>('bulkWrite', operations, options));
  } catch (error) {
    throw restoreOperations(error, (index, operation) => originalOf(writes[index], operation));
  }
}

function originalOf(write: PlannedWrite | undefined, operation: unknown): unknown {
  if (!write) return operation;
  return write.copy ? write.original : { ...(operation as object), u: write.original };
}
