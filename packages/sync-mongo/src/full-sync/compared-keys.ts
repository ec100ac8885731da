import { type DocumentKey } from '@bomba/sync-core';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { belongsTo } from '../position/own-position.js';
import { changedKeys, type ChangedOptions } from './changed-keys.js';
import { CleanMark } from './clean-mark.js';
import { type RunProgress } from './run-progress.js';

/** Which keys of a collection a run compares; null: all. */
export type ComparedKeys = (collection: string) => readonly DocumentKey[] | null;

/** All keys of all collections. */
export const allKeys: ComparedKeys = () => null;

/** What a run of what has changed compares: everything, where nothing tells what has. Null: it was cancelled. */
export async function changedOrAll(
  parts: Pick<EngineParts, 'options'>,
  { link }: { readonly link: AtlasLink },
  progress: RunProgress,
): Promise<ComparedKeys | null> {
  const heard = { isCancelled: false };
  const goesOn = async (): Promise<boolean> => {
    heard.isCancelled ||= !(await progress.checkpoint());
    return !heard.isCancelled;
  };
  const keysOf = await keysSinceClean(parts, { link, goesOn });
  if (heard.isCancelled) return null;
  if (!keysOf) await progress.widen();
  return keysOf ?? allKeys;
}

/**
 * The keys that may not be the same any more since both sides last were; null where that cannot be told. What the stream
 * does not show, as its changes do not come to Local, is compared as a whole.
 */
async function keysSinceClean(
  { options }: Pick<EngineParts, 'options'>,
  { link, goesOn }: { readonly link: AtlasLink } & Pick<ChangedOptions, 'goesOn'>,
): Promise<ComparedKeys | null> {
  const since = await new CleanMark(link.localDb).load();
  const excluded = options.excludedFields;
  if (!since || !belongsTo(since, { ...link, excluded })) return null;
  const { batchSize } = options.changeStream;
  const changed = await changedKeys({ link, excluded, batchSize, since, goesOn, held: since.held ?? [] });
  return (
    changed && ((collection) => (link.pulled.includes(collection) ? (changed.get(collection) ?? []) : null))
  );
}
