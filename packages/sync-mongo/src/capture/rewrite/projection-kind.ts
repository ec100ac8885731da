import { type Decimal128, type Double, type Int32, type Long } from 'mongodb';
import { type Fields, fieldsOf } from './fields.js';

/** What a projection does with fields that it does not name: `including` drops them, `excluding` keeps them. */
export type ProjectionKind = 'including' | 'excluding';

/** These alone decide nothing: they come with either kind. */
const NEUTRAL_OPERATORS: ReadonlySet<string> = new Set(['$slice', '$meta']);

/** The kind of a projection, as the server sees it. */
export function projectionKindOf(projection: Fields): ProjectionKind {
  const { _id, ...others } = projection;
  for (const value of Object.values(others)) {
    const kind = kindOf(value);
    if (kind) return kind;
  }
  return _id === undefined || kindOf(_id) === 'excluding' ? 'excluding' : 'including';
}

function kindOf(value: unknown): ProjectionKind | null {
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') {
    return Number(value) === 0 ? 'excluding' : 'including';
  }
  const fields = fieldsOf(value);
  if (!fields) return isZero(value) ? 'excluding' : 'including';
  const [first] = Object.keys(fields);
  if (first === undefined || !first.startsWith('$')) return kindOfNested(fields);
  return NEUTRAL_OPERATORS.has(first) ? null : 'including';
}

function kindOfNested(fields: Fields): ProjectionKind | null {
  for (const value of Object.values(fields)) {
    const kind = kindOf(value);
    if (kind) return kind;
  }
  return null;
}

/** A zero of one of BSON's own number types. */
function isZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('_bsontype' in value)) return false;
  const isNumber = ['Int32', 'Double', 'Long', 'Decimal128'].includes(String(value._bsontype));
  return isNumber && Number((value as Int32 | Double | Long | Decimal128).toString()) === 0;
}
