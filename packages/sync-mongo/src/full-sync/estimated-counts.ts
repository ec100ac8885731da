import { type AtlasLink } from '../engine/atlas-link.js';
import { failingAs } from '../errors/map-mongo-error.js';
import { type ComparedKeys } from './compared-keys.js';

/** How many keys each collection of a run has, roughly: the greater count of both sides. */
export async function estimatedCounts(
  { localDb, greeting, collections }: AtlasLink,
  { wanted, keysOf }: { readonly wanted: readonly string[] | null; readonly keysOf: ComparedKeys },
): Promise<ReadonlyMap<string, number>> {
  const countOf = async (collection: string): Promise<readonly [string, number]> => {
    const keys = keysOf(collection);
    if (keys) return [collection, keys.length];
    const [local, atlas] = await Promise.all([
      failingAs('local', localDb.collection(collection).estimatedDocumentCount()),
      failingAs('atlas', greeting.db.collection(collection).estimatedDocumentCount()),
    ]);
    return [collection, Math.max(local, atlas)];
  };
  return new Map(await Promise.all((wanted ?? collections).map(countOf)));
}
