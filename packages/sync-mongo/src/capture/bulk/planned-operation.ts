import { type Fields, fieldsOf } from '../rewrite/fields.js';
import { type MarkedCopy } from '../run/generated-ids.js';
import { type Matching } from '../run/heal-spoiled.js';
import { type WriteId } from '../run/write-id.js';

/** An operation of a bulk, as it is carried out. */
export type PlannedOperation = PlannedWrite | PlannedReplacement | PlannedDelete;

/** How an operation is carried out: in one step by the driver's bulk, or in the steps of a replacement or a delete. */
export type OperationForm = PlannedOperation['form'];

interface Planned {
  /** Its place in the application's bulk. */
  readonly index: number;
  readonly id: WriteId;
}

/** Marked in place, and done with the others in one command. */
export interface PlannedWrite extends Planned {
  readonly form: 'write';
  readonly operation: Fields;
  /** As the application gave it. */
  readonly asked: Fields;
  /** What the application wants written: for error messages. */
  readonly original: unknown;
  /** With an insertion. */
  readonly copy?: MarkedCopy;
}

/** A write in the form in which it is sent. */
export interface SentWrite {
  readonly write: PlannedWrite;
  readonly operation: unknown;
  readonly isMarked: boolean;
}

/** Keeps the metadata of a replaced document, and may insert. */
export interface PlannedReplacement extends Planned {
  readonly form: 'replace';
  /** As the application gave it. */
  readonly specification: Fields;
  /** The content of the replacement. */
  readonly fields: Fields;
}

/** Leaves tombstones. */
export interface PlannedDelete extends Planned {
  readonly form: 'delete';
  readonly limit: 'one' | 'all';
  /** As the application gave it. */
  readonly specification: Fields;
}

/** What a write is to match; empty where it sets no mark in metadata that is there. */
export function matchingOf({ asked }: PlannedWrite): readonly Matching[] {
  const { filter, collation, hint } = fieldsOf(asked['updateOne'] ?? asked['updateMany']) ?? {};
  return filter === undefined ? [] : [{ filter, collation, hint }];
}

/** An operation as an error names it: as the application gave it. */
export function originalOf(write: PlannedWrite | undefined, operation: unknown): unknown {
  if (!write) return operation;
  if (write.copy) return write.original;
  const [asked] = Object.values(write.asked);
  return { ...(operation as object), q: fieldsOf(asked)?.['filter'], u: write.original };
}
