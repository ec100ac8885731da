import { type BulkWriteResult } from 'mongodb';
import { isInTransaction } from '../run/call-options.js';
import { GeneratedIds } from '../run/generated-ids.js';
import { repeatableIfHealed } from '../run/repeatable.js';
import { restoreOperations } from '../run/restore-operations.js';
import { matchingOf, originalOf } from './planned-operation.js';
import { isRefusedForMarks, type MarkedBulk, writeInSpite } from './write-in-spite.js';

/**
 * Writes marked operations in one call of the driver's bulk; an error names the operations of the application. Where the
 * marks may be what the server refuses, it goes on in spite of that.
 */
export async function writeTogether(bulk: MarkedBulk): Promise<BulkWriteResult> {
  const { target, writes, options } = bulk;
  const copies = new GeneratedIds(writes.flatMap(({ copy }) => copy ?? []));
  const operations = writes.map(({ operation }) => operation);
  try {
    return await copies.handBack(target.call<BulkWriteResult>('bulkWrite', operations, options));
  } catch (error) {
    const isForMarks = isRefusedForMarks(error, options);
    if (isForMarks && !isInTransaction(options)) return await writeInSpite(bulk, error);
    if (isForMarks) await repeatableIfHealed(target, writes.flatMap(matchingOf), { options, error });
    throw restoreOperations(error, (index, operation) => originalOf(writes[index], operation));
  }
}
