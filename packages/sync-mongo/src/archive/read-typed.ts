import { BSON } from 'mongodb';
import { notExact } from '../bson/exact-scalar.js';
import { isPlainObject } from '../bson/is-plain-object.js';

/** The names by which extended JSON says a type. */
const typeNames: ReadonlySet<string> = new Set([
  ...['$oid', '$binary', '$uuid', '$symbol', '$date', '$regularExpression', '$timestamp'],
  ...[
    '$numberInt',
    '$numberLong',
    '$numberDouble',
    '$numberDecimal',
    '$minKey',
    '$maxKey',
    '$code',
    '$scope',
  ],
  ...['$unreadable', '$undefined', '$dbPointer'],
]);
/** What can be shown, or is known to be there, and cannot be written. */
const unwritable = ['$unreadable', '$undefined', '$dbPointer'];

/** Whether a value looks like one that extended JSON says by its type. */
export function isTyped(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => typeNames.has(name));
}

/** A value that extended JSON says by its type. Throws SYNC_WRITE_NOT_EXACT where there is no such value. */
export function readTyped(typed: Readonly<Record<string, unknown>>, path: string): unknown {
  const value = unwritable.some((name) => name in typed) ? undefined : parse(typed, path);
  if (value === undefined || isPlainObject(value) || !says(value, typed))
    throw notExact(path, 'is no value of extended JSON that can be written');
  return value;
}

function parse(value: Readonly<Record<string, unknown>>, path: string): unknown {
  try {
    return (BSON.EJSON.deserialize({ value }, { relaxed: false }) as { readonly value: unknown }).value;
  } catch (error) {
    throw notExact(path, 'is no value of extended JSON', error);
  }
}

/** The driver takes numbers that are too large, and what is no number at all, for some number. */
function says(
  value: unknown,
  { $numberInt, $numberLong, $numberDouble, $date }: Readonly<Record<string, unknown>>,
): boolean {
  const whole = $numberInt ?? $numberLong;
  if (whole !== undefined) return String(value) === whole;
  if ($numberDouble === undefined && $date === undefined) return true;
  return !Number.isNaN(Number(value)) || $numberDouble === 'NaN';
}
