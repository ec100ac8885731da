import { BATCH_BYTES, type DocumentKey, type EngineContext, ask, unsureKeys } from '@bomba/sync-core';
import { type FullSyncScope } from './full-sync-service.js';

/** Keys of one collection. */
export interface KeysToCompare {
  readonly collection: string;
  readonly keys: readonly DocumentKey[];
}

/** Those of the keys that do not plainly hold the same on both sides, which are read at once. */
export async function unsureAmong(
  { lane, link: { local } }: Pick<FullSyncScope, 'lane' | 'link'>,
  context: EngineContext,
  { collection, keys }: KeysToCompare,
): Promise<readonly DocumentKey[]> {
  if (keys.length === 0) return [];
  const scan = {
    op: 'scanStates',
    collection,
    after: null,
    limit: keys.length,
    maxBytes: BATCH_BYTES,
    among: keys,
  } as const;
  const asked = { op: 'readTombstones', entries: keys } as const;
  const [atlasPage, localPage] = await Promise.all([
    lane.run(ask({ side: 'atlas', ...scan })),
    local.run({ side: 'local', ...scan }),
  ]);
  const [atlasTombstones, localTombstones] = await Promise.all([
    lane.run(ask({ side: 'atlas', ...asked })),
    local.run({ side: 'local', ...asked }),
  ]);
  return unsureKeys(context, keys, {
    local: { page: localPage, tombstones: localTombstones },
    atlas: { page: atlasPage, tombstones: atlasTombstones },
  });
}
