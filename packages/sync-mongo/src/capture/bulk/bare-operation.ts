import { bareUpdate } from '../rewrite/bare-update.js';
import { type Fields, fieldsOf } from '../rewrite/fields.js';

/** An operation of a bulk as the application gave it, but that it takes metadata away that is there. */
export function bareOperation(operation: unknown): unknown {
  const fields: Fields = fieldsOf(operation) ?? {};
  const name = ['updateOne', 'updateMany'].find((known) => known in fields);
  const specification = name === undefined ? null : fieldsOf(fields[name]);
  if (name === undefined || !specification) return operation;
  return { [name]: { ...specification, update: bareUpdate(specification['update']) } };
}
