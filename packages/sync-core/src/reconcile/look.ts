import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';
import { type LocalTombstone, type View } from '../protocol/state.js';

/**
 * Looks at both sides for each key. The order matters: Atlas before Local, what was sent before what Local holds, and
 * Local's tombstone before and after its document. Null where the tombstone changed in between: look again.
 */
export function* lookAt(keys: readonly DocumentKey[]): Step<readonly (View | null)[]> {
  const atlas = yield* ask({ side: 'atlas', op: 'readDocuments', entries: keys });
  const atlasTombstones = yield* ask({ side: 'atlas', op: 'readTombstones', entries: keys });
  const sent = yield* ask({ side: 'local', op: 'readSent', entries: keys });
  const before = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  const local = yield* ask({ side: 'local', op: 'readDocuments', entries: keys });
  const after = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  return keys.map((_, i) =>
    sameTombstone(before[i] ?? null, after[i] ?? null)
      ? {
          local: local[i] ?? null,
          localTombstone: after[i] ?? null,
          atlas: atlas[i] ?? null,
          atlasTombstone: atlasTombstones[i] ?? null,
          sent: sent[i] ?? new Set(),
        }
      : null,
  );
}

function sameTombstone(a: LocalTombstone | null, b: LocalTombstone | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.stamp === b.stamp &&
    a.over === b.over &&
    a.floor === b.floor &&
    a.pending === b.pending &&
    a.base === b.base &&
    a.last === b.last
  );
}
