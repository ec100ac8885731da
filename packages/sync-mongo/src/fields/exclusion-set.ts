/** Excluded names of one level; those that are documents themselves may be excluded in part. */
export type NameTree = ReadonlyMap<string, NameTree | 'whole'>;

/** The fields of a collection that do not travel. */
export interface ExclusionSet {
  /** Stands before the digests made under it, and tells its paths to whoever reads one. */
  readonly name: string;
  readonly paths: readonly string[];
  readonly names: NameTree;
}

const NOTHING = '0';
const SIGN = '-';

/** Longer names would make every document longer. */
export const MAX_SET_NAME_LENGTH = 400;

/** The set under which no field is excluded. */
export const emptySet: ExclusionSet = { name: NOTHING, paths: [], names: new Map() };

/** The set of these paths, in any order. A path below another one adds nothing to it. */
export function exclusionSet(paths: readonly string[]): ExclusionSet {
  const kept = [...new Set(paths)]
    .filter((path) => !paths.some((other) => path.startsWith(`${other}.`)))
    .sort();
  if (kept.length === 0) return emptySet;
  const name = SIGN + kept.map(encodeURIComponent).join();
  return { name, paths: kept, names: treeOf(kept.map((path) => path.split('.'))) };
}

/** The set of that name; null where it is no such name. */
export function exclusionSetNamed(name: string): ExclusionSet | null {
  if (name === NOTHING) return emptySet;
  if (!name.startsWith(SIGN) || name === SIGN) return null;
  try {
    const set = exclusionSet(name.slice(SIGN.length).split(',').map(decodeURIComponent));
    return set.name === name ? set : null;
  } catch {
    return null;
  }
}

/** Whether all that `inner` excludes is excluded by `outer` too. */
export function isWithin(inner: ExclusionSet, outer: ExclusionSet): boolean {
  return inner.paths.every((path) => isBelow(outer.paths, path));
}

/** Whether a path is one of these, or below one of them. */
export function isBelow(paths: readonly string[], path: string): boolean {
  return paths.some((other) => path === other || path.startsWith(`${other}.`));
}

function treeOf(paths: readonly (readonly string[])[]): NameTree {
  const below = new Map<string, (readonly string[])[]>();
  for (const [name = '', ...rest] of paths) {
    const known = below.get(name) ?? [];
    below.set(name, [...known, rest]);
  }
  return new Map(
    [...below].map(([name, rests]) => [
      name,
      rests.some((rest) => rest.length === 0) ? 'whole' : treeOf(rests),
    ]),
  );
}
