import { type Fields, fieldsOf } from '../rewrite/fields.js';
import { markInsert } from '../rewrite/insert.js';
import { replacementFields, replacementPipeline } from '../rewrite/replacement.js';
import { markUpdate } from '../rewrite/update.js';
import { namesAnotherId } from '../rewrite/named-id.js';
import { type WriteId } from '../run/write-id.js';
import { plannedInsert } from './planned-insert.js';
import { type PlannedOperation } from './planned-operation.js';

/** Where the ids of a bulk come from. */
export interface IdSource {
  single(): WriteId;
  shared(): WriteId;
}

/** What a bulk is planned for. */
export interface BulkContext {
  readonly collection: string;
  readonly ids: IdSource;
}

/**
 * How each operation of a bulk is carried out so that what it writes is marked, with an id of its own; null where the
 * driver refuses one of them, and so the bulk, before it does anything. One that only the server refuses goes there as it
 * is, for the others are done all the same.
 */
export function planBulk(
  operations: readonly unknown[],
  context: BulkContext,
): readonly PlannedOperation[] | null {
  const plan: PlannedOperation[] = [];
  for (const [index, operation] of operations.entries()) {
    const planned = planOperation(index, operation, context);
    if (!planned) return null;
    plan.push(planned);
  }
  return plan;
}

function planOperation(index: number, operation: unknown, context: BulkContext): PlannedOperation | null {
  const names = fieldsOf(operation) ?? {};
  const name = KNOWN.find((known) => known in names);
  const specification = name && fieldsOf(names[name]);
  if (!specification || 'q' in specification) return null;
  const asked: AskedOperation = { index, specification, context };
  switch (name) {
    case 'insertOne':
      return planInsert(asked);
    case 'updateOne':
    case 'updateMany':
      return planUpdate(name, asked);
    case 'replaceOne':
      return planReplacement(asked);
    case 'deleteOne':
      return planDelete('one', asked);
    case 'deleteMany':
      return planDelete('all', asked);
  }
}

/** In the order in which the driver looks for them. */
const KNOWN = ['insertOne', 'replaceOne', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany'] as const;

interface AskedOperation {
  readonly index: number;
  readonly specification: Fields;
  readonly context: BulkContext;
}

function planInsert({ index, specification, context }: AskedOperation): PlannedOperation | null {
  const id = context.ids.single();
  const original = specification['document'] ?? specification;
  const copy = markInsert(original, id.binary);
  return copy && plannedInsert({ original, copy, id }, index);
}

function planUpdate(
  name: 'updateOne' | 'updateMany',
  { index, specification, context }: AskedOperation,
): PlannedOperation | null {
  const id = name === 'updateOne' ? context.ids.single() : context.ids.shared();
  const original = specification['update'];
  if (!isObject(specification['filter']) || !hasOperators(original)) return null;
  const update = markUpdate(original, id.binary) ?? original;
  const asked = { [name]: specification };
  return { form: 'write', index, id, operation: { [name]: { ...specification, update } }, asked, original };
}

function planReplacement({ index, specification, context }: AskedOperation): PlannedOperation | null {
  const { filter, replacement: original, upsert, ...others } = specification;
  if (!isObject(filter) || !isObject(original) || hasOperators(original)) return null;
  const fields = replacementFields(original);
  const id = context.ids.single();
  const asked = { replaceOne: specification };
  if (!fields) return { form: 'write', index, id, operation: asked, asked, original };
  if (upsert === true || namesAnotherId({ collection: context.collection, filter, fields })) {
    return { form: 'replace', index, id, specification, fields };
  }
  const update = replacementPipeline(fields, id.binary);
  const operation = { updateOne: { ...others, filter, update } };
  return { form: 'write', index, id, operation, asked, original };
}

function planDelete(
  limit: 'one' | 'all',
  { index, specification, context }: AskedOperation,
): PlannedOperation | null {
  if (!isObject(specification['filter'])) return null;
  const id = limit === 'one' ? context.ids.single() : context.ids.shared();
  return { form: 'delete', index, id, limit, specification };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** As the driver judges it: by the first name, of a pipeline by that of any stage. */
function hasOperators(update: unknown): boolean {
  if (Array.isArray(update)) return update.some(hasOperators);
  return isObject(update) && (Object.keys(update)[0] ?? '').startsWith('$');
}
