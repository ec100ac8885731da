/** A document, or a part of one, by its field names. */
export type Fields = Readonly<Record<string, unknown>>;

interface Convertible {
  toBSON(): unknown;
}

/**
 * The fields of a value as BSON would store them (`toBSON`, Maps); null for what is no document, which the driver or the
 * server refuses in its own words.
 */
export function fieldsOf(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || '_bsontype' in value)
    return null;
  if (isConvertible(value)) return fieldsOf(value.toBSON());
  if (value instanceof Map) return Object.fromEntries(value as Map<string, unknown>);
  return value instanceof Date || value instanceof RegExp || value instanceof Uint8Array
    ? null
    : (value as Fields);
}

/** A copy without the fields whose name fulfils the condition; the same object where there is none. */
export function withoutFields(fields: Fields, isUnwanted: (name: string) => boolean): Fields {
  const entries = Object.entries(fields);
  return entries.some(([name]) => isUnwanted(name))
    ? Object.fromEntries(entries.filter(([name]) => !isUnwanted(name)))
    : fields;
}

/** True where there is no field. */
export function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}

function isConvertible(value: object): value is Convertible {
  return typeof (value as Partial<Convertible>).toBSON === 'function';
}
