import { type DocumentKey } from '../document-key/document-key.js';
import { type ModelEntry } from '../operations/model-operation.js';
import { type AtlasDocument, type LocalDocument } from '../protocol/state.js';
import { wasSeen } from '../protocol/unseen-writes.js';
import { type ApplyLogic } from './apply-logic.js';

/** A state that Local is about to take, and what it takes it over. */
export interface Arrival {
  readonly key: DocumentKey;
  readonly atlas: AtlasDocument;
  readonly local: LocalDocument | null;
}

/** How a state is to pass its model; null: it does not. */
export function modelEntry(arrival: Arrival, mode: ApplyLogic): ModelEntry | null {
  if (mode === 'never') return null;
  const { key, atlas } = arrival;
  const isForeign = atlas.info.instanceId === null;
  const runs = isForeign || (mode === 'always' && !atlas.output);
  return {
    key,
    body: atlas.body,
    logic: runs ? 'run' : 'check',
    previous: runs ? previousOf(arrival, isForeign) : 'unknown',
    isRepeated: mode === 'always',
  };
}

/**
 * The content that was changed into the state. Of a foreign state it is Local's only where that is known to be what the
 * foreign hand edited: anything else would tell a hook that fields were modified which another branch has processed
 * already, and a password would be hashed once more.
 */
function previousOf({ atlas, local }: Arrival, isForeign: boolean): ModelEntry['previous'] {
  const isUntouched = atlas.info.version === 0; // no instance has ever written it
  if (local === null) return (isUntouched && wasSeenComing(atlas)) || !isForeign ? 'none' : 'unknown';
  if (!holdsItsBase(local)) return 'unknown';
  const isBase = local.stamp === atlas.base || (isUntouched && local.info.version === 0);
  return isBase || !isForeign ? local.body : 'unknown';
}

/**
 * What a comparison has found is not new, however new it is to Local: it may be from before there was any sync, with
 * passwords that are hashed and numbers that are issued. Nobody saw it being written, so its version has no time of its own.
 */
function wasSeenComing({ stamp }: AtlasDocument): boolean {
  return stamp !== null && wasSeen(stamp);
}

/** Clean, or different only by what logic made of the base, which is due again once the base gives way. */
function holdsItsBase({ stamp, dirty, derived, edited }: LocalDocument): boolean {
  return stamp !== null && !edited && (dirty === null || derived);
}
