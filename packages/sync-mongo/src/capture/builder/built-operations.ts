import { type Fields, fieldsOf } from '../rewrite/fields.js';

/** The operations that a bulk builder of the driver has gathered, as its batches hold them. */
export interface BuiltBatch {
  /** 1 insert, 2 update, 3 delete. */
  readonly batchType: number;
  readonly operations: readonly unknown[];
  /** Their places in the order in which the application added them. */
  readonly originalIndexes: readonly number[];
}

/** The gathered operations in the order of the application, in the form that `bulkWrite` takes. */
export function builtOperations(batches: readonly BuiltBatch[]): readonly Fields[] {
  const placed = batches.flatMap(({ batchType, operations, originalIndexes }) =>
    operations.map((operation, i) => ({
      place: originalIndexes[i] ?? i,
      operation: toOperation(batchType, operation),
    })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ operation }) => operation);
}

function toOperation(batchType: number, operation: unknown): Fields {
  if (batchType === INSERT) return { insertOne: { document: operation } };
  const { q: filter, u: update, multi, limit, ...others } = fieldsOf(operation) ?? {};
  if (batchType === DELETE) return { [limit === 1 ? 'deleteOne' : 'deleteMany']: { ...others, filter } };
  if (multi === true) return { updateMany: { ...others, filter, update } };
  return isReplacement(update)
    ? { replaceOne: { ...others, filter, replacement: update } }
    : { updateOne: { ...others, filter, update } };
}

const INSERT = 1;
const DELETE = 3;

function isReplacement(update: unknown): boolean {
  const [first] = Object.keys(fieldsOf(update) ?? {});
  return !Array.isArray(update) && (first === undefined || !first.startsWith('$'));
}
