import { documentKeyOf } from '../../bson/document-key.js';
import { fieldsOf } from '../rewrite/fields.js';
import { namesAnotherId } from '../rewrite/named-id.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { type WriteTarget } from '../run/write-target.js';
import { type PlannedReplacement } from './planned-operation.js';

/** A replacement of the one document that it names by `_id` alone. */
export interface KeyedReplacement {
  readonly key: string;
  readonly replacement: PlannedReplacement;
}

/** Empty for any other replacement. */
export function keyedReplacement(
  { name: collection }: WriteTarget,
  replacement: PlannedReplacement,
): readonly KeyedReplacement[] {
  const { specification, fields } = replacement;
  const { filter, collation } = specification;
  const id = pinnedId(filter, collation);
  const isAlone = Object.keys(fieldsOf(filter) ?? {}).length === 1;
  if (id == null || !isAlone || namesAnotherId({ collection, filter, fields })) return [];
  return [{ key: documentKeyOf(collection, id), replacement }];
}

/** Replacements that go in one command. */
export interface ReplacementGroup {
  /** Whether their documents were there. */
  readonly form: 'update' | 'insert';
  readonly replacements: PlannedReplacement[];
}

/** In order, neighbours that are there, or are not, together; without an order, all of each. */
export function replacementGroups(
  chunk: readonly KeyedReplacement[],
  { there, ordered }: { readonly there: ReadonlySet<string>; readonly ordered: boolean },
): readonly ReplacementGroup[] {
  const groups: ReplacementGroup[] = [];
  for (const { key, replacement } of chunk) {
    const form = there.has(key) ? 'update' : 'insert';
    const open = (ordered ? groups.slice(-1) : groups).find((group) => group.form === form);
    if (open) open.replacements.push(replacement);
    else groups.push({ form, replacements: [replacement] });
  }
  return groups;
}
