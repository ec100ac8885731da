import { type Binary } from 'mongodb';
import { type Fields, fieldsOf, isEmpty, withoutFields } from './fields.js';
import { DIRTY, isMetaPath, OUTDATED_BY_A_WRITE } from './sync-meta.js';

const OUTDATED: Fields = Object.fromEntries(OUTDATED_BY_A_WRITE.map((path) => [path, '']));

/**
 * An update by operators, marked as written by `id`; null where it is malformed, so that the server can say so. What it
 * does to the application's fields stays the same, on a match and on an upsert.
 */
export function markOperatorUpdate(update: unknown, id: Binary): Fields | null {
  const operators = ownOperators(update);
  if (!operators) return null;
  return canOnlyInsert(operators) ? markInsertion(operators, id) : markWrite(operators, id);
}

/** The operators of an update without what they say of the metadata; null where it is malformed. */
export function ownOperators(update: unknown): Readonly<Record<string, Fields>> | null {
  const operators = fieldsOf(update);
  // A Map is none to the driver, which looks at its properties.
  if (
    !operators ||
    isEmpty(update as Fields) ||
    Object.values(operators).every((operand) => operand === undefined)
  )
    return null;
  const cleaned: Record<string, Fields> = {};
  for (const [operator, operand] of Object.entries(operators)) {
    // The driver may have been told to leave it out.
    if (operand === undefined && operator.startsWith('$')) continue;
    const fields = fieldsOf(operand);
    if (!operator.startsWith('$') || !fields) return null;
    const own = withoutMetaPaths(operator, fields);
    if (own === fields || !isEmpty(own)) cleaned[operator] = own;
  }
  return cleaned;
}

/** Nothing changes on a match: then neither does the mark. */
function canOnlyInsert(operators: Readonly<Record<string, Fields>>): boolean {
  return Object.entries(operators).every(
    ([operator, fields]) => operator === '$setOnInsert' || isEmpty(fields),
  );
}

function markInsertion(operators: Readonly<Record<string, Fields>>, id: Binary): Fields {
  return { ...operators, $setOnInsert: { ...operators['$setOnInsert'], [DIRTY]: id } };
}

function markWrite(operators: Readonly<Record<string, Fields>>, id: Binary): Fields {
  return {
    ...operators,
    $set: { ...operators['$set'], [DIRTY]: id },
    $unset: { ...operators['$unset'], ...OUTDATED },
  };
}

function withoutMetaPaths(operator: string, fields: Fields): Fields {
  const own = withoutFields(fields, isMetaPath);
  if (operator !== '$rename') return own;
  return withoutFields(own, (name) => typeof own[name] === 'string' && isMetaPath(own[name]));
}
