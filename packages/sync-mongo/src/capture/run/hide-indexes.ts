import { syncIndexes } from '../../state/ensure-state.js';
import { setOwnProperty } from '../seam/own-property.js';

const names: ReadonlySet<string | undefined> = new Set(syncIndexes.map(({ name }) => name));

interface IndexCursor {
  toArray(): Promise<readonly { readonly name?: string }[]>;
}

/**
 * A list of indexes without those of sync: `syncIndexes` and `diffIndexes` of a model go by it, and would drop what its
 * schema does not know. What is no list (yet) stays as it is.
 */
export function hideIndexes<Cursor>(cursor: Cursor): Cursor {
  if (!isCursor(cursor)) return cursor;
  const toArray = cursor.toArray.bind(cursor);
  setOwnProperty(cursor, 'toArray', async () => (await toArray()).filter(({ name }) => !names.has(name)));
  return cursor;
}

function isCursor(value: unknown): value is IndexCursor {
  return typeof (value as Partial<IndexCursor> | null)?.toArray === 'function';
}
