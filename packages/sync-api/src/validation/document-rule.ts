import { Invalid, type Rule } from './rule.js';

/** A hundred levels of BSON, and those that extended JSON says the type of the innermost value with. */
const MAX_DEPTH = 103;

/** A document in extended JSON, nested as deep as BSON allows. The engine reads it and checks the rest. */
export const document: Rule<Readonly<Record<string, unknown>>> = (value, field) => {
  if (!isObject(value)) return new Invalid({ field, detail: 'must be a JSON object' });
  return isTooDeep(value)
    ? new Invalid({ field, detail: `must not be nested deeper than ${MAX_DEPTH}` })
    : value;
};

/** An object with names, so no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Goes down level by level: a hostile depth must not exhaust the stack. */
function isTooDeep(document: object): boolean {
  let level: readonly unknown[] = [document];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? valuesOf(value) : []));
    if (level.length === 0) return false;
  }
  return true;
}

function valuesOf(value: object): readonly unknown[] {
  return Object.values(value);
}
