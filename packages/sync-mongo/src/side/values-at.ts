/**
 * What an index of that path finds in a document, as the server sees it: through lists, a list itself before its items;
 * nothing where the path leads nowhere.
 */
export function valuesAt(document: unknown, path: string): readonly unknown[] {
  const [name = '', ...rest] = path.split('.');
  const below = stepInto(document, name);
  if (rest.length > 0) return below.flatMap((value) => valuesAt(value, rest.join('.')));
  return below.flatMap((value) => (Array.isArray(value) ? [value, ...(value as unknown[])] : [value]));
}

function stepInto(value: unknown, name: string): readonly unknown[] {
  if (value instanceof Map) return value.has(name) ? [value.get(name) as unknown] : [];
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  const place = /^\d+$/.test(name) && Number(name) < list.length ? [list[Number(name)]] : [];
  return [...place, ...list.filter((item) => item instanceof Map).flatMap((item) => stepInto(item, name))];
}
