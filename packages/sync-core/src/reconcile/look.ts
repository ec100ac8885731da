import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { batchBytes } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type LocalTombstone, type View } from '../protocol/state.js';

/**
 * What a look found; `later`: not looked at yet; null: look again, as Local's tombstone changed meanwhile or a push of the
 * key is under way.
 */
export type Look = View | null | 'later';

/**
 * Looks at both sides for each key, as far as their contents fit into memory: at the first key in any case. The order
 * matters: Atlas before Local, what was sent before what Local holds, and Local's tombstone before and after its
 * document. `untouched`: the look changes nothing at all.
 */
export function* lookAt(
  context: Pick<EngineContext, 'pushes' | 'batchBytes'>,
  keys: readonly DocumentKey[],
  { untouched = false }: { readonly untouched?: boolean } = {},
): Step<readonly Look[]> {
  const maxBytes = batchBytes(context);
  const atlas = yield* ask({ side: 'atlas', op: 'readWithin', entries: keys, maxBytes });
  // Where Atlas has shown what came on top of a push, and Local's reading is not to show its acknowledgement, that push
  // is under way now.
  const entries = keys.filter((key, i) => atlas[i] !== 'later' && !context.pushes.has(key));
  const seen = new Map(entries.map((key, i) => [key, i]));
  if (entries.length === 0) return atlas.map((onAtlas) => (onAtlas === 'later' ? onAtlas : null));
  const atlasTombstones = yield* ask({ side: 'atlas', op: 'readTombstones', entries });
  const sent = yield* ask({ side: 'local', op: 'readSent', entries });
  const before = yield* ask({ side: 'local', op: 'readTombstones', entries });
  const local = yield* ask({ side: 'local', op: 'readWithin', entries, maxBytes, untouched });
  const after = yield* ask({ side: 'local', op: 'readTombstones', entries });
  return keys.map((key, place): Look => {
    const onAtlas = atlas[place] ?? null;
    if (onAtlas === 'later') return 'later';
    const i = seen.get(key);
    if (i === undefined) return null;
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
