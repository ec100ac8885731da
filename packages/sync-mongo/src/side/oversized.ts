import { type AnyBulkWriteOperation, BSON, type Document } from 'mongodb';

/** The largest document that a server takes (MongoDB manual, Limits and Thresholds), in bytes. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** The indexes of the writes in a bulk that the driver does not even send, as they are too large. */
export function oversized(operations: readonly AnyBulkWriteOperation[]): ReadonlySet<number> {
  const sizes = operations.map(
    (operation) => BSON.serialize(operation as Document, { ignoreUndefined: true }).length,
  );
  return new Set([...sizes.keys()].filter((index) => (sizes[index] ?? 0) >= MAX_DOCUMENT_BYTES));
}
