import { type EngineContext } from '../engine/engine-context.js';
import { type View } from '../protocol/state.js';
import { type ShownKey } from './join-page.js';

const NOTHING_SENT: ReadonlySet<never> = new Set();

/**
 * What a page has shown of a key, as a look would show it; null: it has to be looked at. Good where nothing is pulled before
 * the comparison is over, and no deletion of the key is known: whatever has become of it on Atlas since is told by the stream
 * then, and what has become of it on Local makes the writes miss. What Local has must never have met Atlas, nor been written
 * under capture: of anything else it counts what was sent, and in which order it was read.
 */
export function shownView({ pushes }: EngineContext, { key, local, atlas }: ShownKey): View | null {
  if (pushes.has(key) || (local && (local.stamp !== null || !local.isPlain))) return null;
  return {
    local: local?.onLocal ?? null,
    localTombstone: null,
    atlas: atlas?.onAtlas ?? null,
    atlasTombstone: null,
    sent: NOTHING_SENT,
  };
}
