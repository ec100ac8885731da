import { BSON } from 'mongodb';

/** What is of one run only. */
const VOLATILE = new Set([
  ...['$clusterTime', 'operationTime', 'electionId', 'opTime', 'stack', 'errorResponse'],
  ...['_originalMessage', 'atomicityErrors'],
]);

/** What an application sees of a call, as text: its result, or its error with all it says, order of fields included. */
export async function observe(call: () => unknown): Promise<string> {
  try {
    return textOf({ result: await call() });
  } catch (error) {
    return textOf({ error: seenOf(error as Error) });
  }
}

function seenOf(error: Error): object {
  const own = Object.getOwnPropertyNames(error).filter((name) => !VOLATILE.has(name));
  const properties = own.sort().map((name): [string, unknown] => [name, Reflect.get(error, name)]);
  const { name, constructor } = error;
  return { name, type: constructor.name, ...(Object.fromEntries(properties) as object) };
}

/** Any value as text, the names of the two databases aside. */
export function textOf(value: unknown): string {
  return BSON.EJSON.stringify(normalized(value), { relaxed: false });
}

function normalized(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replaceAll(/with(out)?_capture/g, 'database')
      .replaceAll(/transaction \d+/g, 'transaction n');
  if (Array.isArray(value)) return value.map(normalized);
  if (value instanceof Map) return [...value].map(normalized);
  if (typeof value !== 'object' || value === null || '_bsontype' in value || value instanceof Date)
    return value;
  if (value instanceof Error) return normalized(seenOf(value));
  const plain: object = 'toObject' in value ? (value.toObject as () => object)() : value;
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([name]) => !VOLATILE.has(name))
      .map(([name, field]) => [name, normalized(field)]),
  );
}
