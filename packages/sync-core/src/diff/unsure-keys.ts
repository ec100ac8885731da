import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type StatePage } from '../operations/scanned-state.js';
import { type AtlasTombstone, type LocalTombstone } from '../protocol/state.js';
import { deletionsAmong } from './deletions.js';
import { isAlive, shownKeys } from './join-page.js';
import { pairPages } from './pair-pages.js';
import { isSameState } from './same-state.js';

/** What a side holds of some keys: the first page of their states, and what it knows of the deletion of each. */
export interface KeysOnSide<Tombstone> {
  readonly page: StatePage;
  readonly tombstones: readonly (Tombstone | null)[];
}

/**
 * Of these keys, in their order, those that do not plainly hold the same: they are to be looked at. What is in neither page is
 * one of them.
 */
export function unsureKeys(
  context: EngineContext,
  keys: readonly DocumentKey[],
  {
    local,
    atlas,
  }: { readonly local: KeysOnSide<LocalTombstone>; readonly atlas: KeysOnSide<AtlasTombstone> },
): readonly DocumentKey[] {
  const known = deletionsAmong(keys, { local: local.tombstones, atlas: atlas.tombstones });
  const same = new Set<DocumentKey>();
  const onSame = (key: DocumentKey): void => void same.add(key);
  const paired = pairPages(context, known, { local: local.page, atlas: atlas.page, onSame });
  const behind = { local: paired.local.states, atlas: paired.atlas.states };
  for (const { key, local: here, atlas: there } of shownKeys(paired, behind))
    if (here && there && isSameState(context, here, there) && isAlive(here, known)) same.add(key);
  return keys.filter((key) => !same.has(key));
}
