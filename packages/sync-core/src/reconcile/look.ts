import { type DocumentKey } from '../document-key/document-key.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type LocalTombstone, type View } from '../protocol/state.js';

/** What a look found; null: Local's tombstone changed meanwhile, look again; `later`: not looked at yet. */
export type Look = View | null | 'later';

/**
 * Looks at both sides for each key, as far as their contents fit into memory: at the first key in any case. The order
 * matters: Atlas before Local, what was sent before what Local holds, and Local's tombstone before and after its
 * document. `untouched`: the look changes nothing at all.
 */
export function* lookAt(
  keys: readonly DocumentKey[],
  { untouched = false }: { readonly untouched?: boolean } = {},
): Step<readonly Look[]> {
  const maxBytes = BATCH_BYTES;
  const atlas = yield* ask({ side: 'atlas', op: 'readWithin', entries: keys, maxBytes });
  const entries = keys.filter((_, i) => atlas[i] !== 'later');
  const atlasTombstones = yield* ask({ side: 'atlas', op: 'readTombstones', entries });
  const sent = yield* ask({ side: 'local', op: 'readSent', entries });
  const before = yield* ask({ side: 'local', op: 'readTombstones', entries });
  const local = yield* ask({ side: 'local', op: 'readWithin', entries, maxBytes, untouched });
  const after = yield* ask({ side: 'local', op: 'readTombstones', entries });
  let place = 0;
  return atlas.map((onAtlas): Look => {
    if (onAtlas === 'later') return 'later';
    const i = place++;
    const onLocal = local[i] ?? null;
    if (onLocal === 'later') return 'later';
    if (!sameTombstone(before[i] ?? null, after[i] ?? null)) return null;
    return {
      local: onLocal,
      localTombstone: after[i] ?? null,
      atlas: onAtlas,
      atlasTombstone: atlasTombstones[i] ?? null,
      sent: sent[i] ?? new Set(),
    };
  });
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
