import { type EngineContext } from '../engine/engine-context.js';

/**
 * How many bytes of content a batch holds in memory, one document more at most: as much as the largest document, so
 * that a batch of large ones is no burden and no message too large.
 *
 * @public
 */
export const BATCH_BYTES = 16 * 1024 * 1024;

/**
 * How many bytes of content of each side a comparison reads before it settles them and notes its place, one document more at
 * most: over a thin line that is read in a quarter of a minute, and a line that breaks more often lets it come no further.
 *
 * @public
 */
export const SCAN_BYTES = 2 * 1024 * 1024;

/** How many bytes of content to ask for now. */
export function batchBytes(context: Pick<EngineContext, 'batchBytes'>): number {
  return context.batchBytes?.() ?? BATCH_BYTES;
}
