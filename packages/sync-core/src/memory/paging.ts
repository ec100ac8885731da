import { type DirtyKey } from '../operations/local-operation.js';
import { isLater, type Stamp } from '../protocol/stamp.js';

/** Orders by id, and keys of one id by key. */
export function byId(a: DirtyKey, b: DirtyKey): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/** The page after an id. */
export function page(sorted: readonly DirtyKey[], after: Stamp | null, limit: number): readonly DirtyKey[] {
  const rest = after === null ? sorted : sorted.filter(({ id }) => isLater(id, after));
  return rest.slice(0, limit);
}
