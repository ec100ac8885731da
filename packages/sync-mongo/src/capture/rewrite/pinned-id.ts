import { type Fields, fieldsOf } from './fields.js';

/**
 * The `_id` that a filter demands by equality; undefined where it demands none, or more than equality. Under a `collation`
 * of the call's own, what is equal need not be the same.
 */
export function pinnedId(filter: unknown, collation?: unknown): unknown {
  if (collation != null) return undefined;
  const id = fieldsOf(filter)?.['_id'];
  if (id instanceof RegExp) return undefined;
  const operators = fieldsOf(id);
  const [first, ...others] = Object.keys(operators ?? {});
  if (!operators || first === undefined || !first.startsWith('$')) return id;
  return first === '$eq' && others.length === 0 ? operators['$eq'] : undefined;
}

/** The filter, narrowed by a further condition on a field. */
export function narrow(filter: unknown, path: string, condition: unknown): Fields {
  const fields = fieldsOf(filter) ?? {};
  return path in fields ? { $and: [fields, { [path]: condition }] } : { ...fields, [path]: condition };
}
