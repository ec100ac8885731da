import { type DirtyKey } from '../operations/local-operation.js';
import { isLater, type Stamp } from '../protocol/stamp.js';

/** Orders by id, and keys of one id by key. */
export function byId(a: DirtyKey, b: DirtyKey): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/**
 * The page after an id. A page never ends between keys of one id, as the next one begins above it: it may be longer
 * than `limit`.
 */
export function page(sorted: readonly DirtyKey[], after: Stamp | null, limit: number): readonly DirtyKey[] {
  const rest = after === null ? sorted : sorted.filter(({ id }) => isLater(id, after));
  const last = rest[limit - 1];
  return last === undefined ? rest : rest.filter(({ id }, i) => i < limit || id === last.id);
}
