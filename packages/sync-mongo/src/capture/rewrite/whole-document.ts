import { type Fields, fieldsOf } from './fields.js';
import { SYNC_META } from './sync-meta.js';

/** Variables that hold a whole document in an update, its metadata included. */
const WHOLE: ReadonlySet<string> = new Set(['$$ROOT', '$$CURRENT']);

/**
 * An expression that does not take the metadata along where it copies a whole document into a field. `variables` are
 * others than the server's own that hold one.
 */
export function copyWithoutMeta(expression: unknown, variables: readonly string[] = []): unknown {
  if (typeof expression === 'string') {
    const isWhole = WHOLE.has(expression) || variables.includes(expression);
    return isWhole ? withoutMeta(expression) : expression;
  }
  if (Array.isArray(expression)) {
    const copies = expression.map((item) => copyWithoutMeta(item, variables));
    return copies.some((copy, i) => copy !== expression[i]) ? copies : expression;
  }
  const fields: Fields | null = fieldsOf(expression);
  if (!fields || '$literal' in fields) return expression;
  const entries = Object.entries(fields).map(([name, value]) => [name, copyWithoutMeta(value, variables)]);
  return entries.some(([name, copy]) => copy !== fields[name as string])
    ? Object.fromEntries(entries)
    : expression;
}

/**
 * The same for the expression that becomes the whole document: a document that it merges keeps its metadata, which is
 * the document's own again in the end.
 */
export function replaceWithoutMeta(root: unknown, variables: readonly string[] = []): unknown {
  if (typeof root === 'string') return root;
  const parts = fieldsOf(root)?.['$mergeObjects'];
  if (!Array.isArray(parts)) return copyWithoutMeta(root, variables);
  return { $mergeObjects: parts.map((part) => replaceWithoutMeta(part, variables)) };
}

/** In operators of every server that capture serves; what is no document stays as it is. */
function withoutMeta(variable: string): Fields {
  const isOther = { $ne: ['$$field.k', SYNC_META] };
  const others = { $filter: { input: { $objectToArray: variable }, as: 'field', cond: isOther } };
  return { $cond: [{ $eq: [{ $type: variable }, 'object'] }, { $arrayToObject: others }, variable] };
}
