import { type DocumentKey } from '@bomba/sync-core';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { belongsTo } from '../position/own-position.js';
import { changedKeys } from './changed-keys.js';
import { CleanMark } from './clean-mark.js';

/** Which keys of a collection a run compares; null: all. */
export type ComparedKeys = (collection: string) => readonly DocumentKey[] | null;

/** All keys of all collections. */
export const allKeys: ComparedKeys = () => null;

/**
 * The keys that may not be the same any more since both sides last were; null where that cannot be told. What the stream
 * does not show, as its changes do not come to Local, is compared as a whole.
 */
export async function keysSinceClean(
  { options }: Pick<EngineParts, 'options'>,
  link: AtlasLink,
): Promise<ComparedKeys | null> {
  const since = await new CleanMark(link.localDb).load();
  const excluded = options.excludedFields;
  if (!since || !belongsTo(since, { ...link, excluded })) return null;
  const { batchSize } = options.changeStream;
  const changed = await changedKeys({ link, excluded, batchSize, since, held: since.held ?? [] });
  return (
    changed && ((collection) => (link.pulled.includes(collection) ? (changed.get(collection) ?? []) : null))
  );
}
