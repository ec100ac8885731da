import { type EngineContext } from '../engine/engine-context.js';
import { type ScannedState } from '../operations/scanned-state.js';
import { sameBody } from '../protocol/body.js';
import { isLater, latest, type Stamp } from '../protocol/stamp.js';
import { type AtlasTombstone, type LocalTombstone } from '../protocol/state.js';

/**
 * Whether both sides plainly hold the same: one version, no marks, the same bytes, and those of the digests there are. Never
 * true where the protocol, or an operator's choice, would do anything; false says nothing.
 */
export function isSameState(context: EngineContext, local: ScannedState, atlas: ScannedState): boolean {
  if (local.stamp === null || local.stamp !== atlas.stamp || !local.isPlain || !atlas.isPlain) return false;
  if (!sameBody(local.body, atlas.body) || context.pushes.has(local.key)) return false;
  const digests = [local.digest, atlas.digest].filter((digest) => digest !== null);
  if (digests.length === 0) return true;
  const digest = context.digestOf(local.key, local.body);
  return digests.every((each) => each === digest);
}

/** What both sides know of a key's deletion. */
export interface Tombstones {
  readonly local: LocalTombstone | null;
  readonly atlas: AtlasTombstone | null;
}

/** Whether no deletion speaks against a live state of that version. */
export function isAboveDeletions(stamp: Stamp | null, { local, atlas }: Tombstones): boolean {
  if (local?.pending) return false;
  const known = latest(local?.stamp, local?.floor);
  return !isLater(known, stamp) && (atlas === null || isLater(stamp, atlas.stamp));
}
