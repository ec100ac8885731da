import { type AnyBulkWriteOperation, type Document } from 'mongodb';

/**
 * The operation that replaces a document whole. A server refuses names that begin with `$` at the top of a replacement,
 * though it stores them: they go by a pipeline.
 */
export function wholeReplacement(filter: Document, document: Document): AnyBulkWriteOperation {
  if (!hasOperatorNames(document)) return { replaceOne: { filter, replacement: document } };
  return { updateOne: { filter, update: [{ $replaceWith: { $literal: document } }] } };
}

function hasOperatorNames(document: Document): boolean {
  const names =
    document instanceof Map ? [...(document as Map<string, unknown>).keys()] : Object.keys(document);
  return names.some((name) => name.startsWith('$'));
}
