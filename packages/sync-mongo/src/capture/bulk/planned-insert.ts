import { type MarkedCopy } from '../run/generated-ids.js';
import { type WriteId } from '../run/write-id.js';
import { type PlannedWrite } from './planned-operation.js';

/** A document to insert, with the id that its copy is marked with. */
export interface MarkedInsert extends MarkedCopy {
  readonly id: WriteId;
}

/** The operation of a bulk that inserts it. */
export function plannedInsert({ original, copy, id }: MarkedInsert, index: number): PlannedWrite {
  const operation = { insertOne: { document: copy } };
  const asked = { insertOne: { document: original } };
  return { form: 'write', index, id, operation, asked, original, copy: { original, copy } };
}
