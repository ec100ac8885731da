import { exclusionSet, MAX_SET_NAME_LENGTH } from '../fields/exclusion-set.js';
import { isStateCollection } from '../state/state-collections.js';
import { type SyncOptions } from '../sync-options.js';

/** Half a character: it has no bytes. */
const LONE_SURROGATE = /\p{Surrogate}/u;

type Fields = NonNullable<NonNullable<SyncOptions['collections']>['fields']>;

/** What is wrong with a choice of fields, one sentence each. */
export function wrongFields(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([collection, chosen]) => {
    const option = `collections.fields.${collection}`;
    const { exclude, direction } = chosen as { readonly exclude?: unknown; readonly direction?: unknown };
    if (isStateCollection(collection)) return [`${option}: the collections of sync are its own.`];
    if (direction !== undefined)
      return [`${option}.direction: a field that is excluded one way only would flip between the branches.`];
    if (!Array.isArray(exclude)) return [`${option}.exclude must be a list of paths.`];
    const wrong = exclude.filter((path) => !isPath(path));
    if (wrong.length > 0)
      return wrong.map(
        (path) => `${option}.exclude: ${JSON.stringify(path)} is no path that can be excluded.`,
      );
    const { name } = exclusionSet(exclude as readonly string[]);
    return name.length > MAX_SET_NAME_LENGTH
      ? [`${option}.exclude: these paths are too long together, as each document names them.`]
      : [];
  });
}

/** Names joined by dots; `_id` is who a document is, and what begins with `$` no query can name. */
function isPath(path: unknown): boolean {
  if (typeof path !== 'string' || LONE_SURROGATE.test(path)) return false;
  const names = path.split('.');
  const [first = ''] = names;
  if (first === '_id' || first === '_syncMeta') return false;
  return names.every((name) => name !== '' && !name.startsWith('$') && !name.includes('\0'));
}
