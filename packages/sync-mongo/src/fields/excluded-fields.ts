import { emptySet, exclusionSet, type ExclusionSet } from './exclusion-set.js';

/** Which fields of which collections do not travel. */
export interface ExcludedFields {
  /** Tells one choice from another; empty where none are excluded. */
  readonly name: string;
  of(collection: string): ExclusionSet;
}

/** No field is excluded anywhere. */
export const noneExcluded: ExcludedFields = { name: '', of: () => emptySet };

/** What an owner chose, by collection. */
export function excludedFields(
  chosen: Readonly<Record<string, { readonly exclude: readonly string[] }>>,
): ExcludedFields {
  const sets = Object.entries(chosen)
    .map(([collection, { exclude }]) => [collection, exclusionSet(exclude)] as const)
    .filter(([, { paths }]) => paths.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  if (sets.length === 0) return noneExcluded;
  const known = new Map(sets);
  const name = JSON.stringify(sets.map(([collection, set]) => [collection, set.name]));
  return { name, of: (collection) => known.get(collection) ?? emptySet };
}

/** The set that holds for a collection, where whatever is at work knows of any. */
export function excludedIn(
  { excluded = noneExcluded }: { readonly excluded?: ExcludedFields | undefined },
  collection: string,
): ExclusionSet {
  return excluded.of(collection);
}
