import { BSON } from 'mongodb';

const numericTypes: ReadonlySet<unknown> = new Set(['Int32', 'Double', 'Long', 'Decimal128']);

/**
 * Whether a value that a model holds is the one that came: numbers by what they count, as a model knows one kind of
 * number where BSON has four; the rest by its bytes.
 */
export function isSameValue(
  { exact, plain }: { readonly exact: unknown; readonly plain: unknown },
  made: unknown,
): boolean {
  if (made === plain) return true;
  if (isNumeric(made)) return isNumeric(exact) && isSameNumber(exact, made);
  if (typeof made === 'string' || typeof made === 'boolean' || made === null) return false;
  try {
    return bytesOf(made).equals(bytesOf(plain));
  } catch {
    return false; // it cannot be stored, which is told by who stores it
  }
}

function isNumeric(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return typeof value === 'object' && value !== null && numericTypes.has(Reflect.get(value, '_bsontype'));
}

/** A number of JavaScript is the nearest that it can be; other kinds are exact. */
function isSameNumber(exact: unknown, made: unknown): boolean {
  if (String(exact) === String(made)) return true;
  const isRounded = typeof made === 'number' || Reflect.get(Object(made) as object, '_bsontype') === 'Double';
  return isRounded && Number(String(exact)) === Number(String(made));
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(BSON.serialize({ value }));
}
