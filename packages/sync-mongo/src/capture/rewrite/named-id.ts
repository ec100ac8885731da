import { documentKeyOf } from '../../bson/document-key.js';
import { type Fields } from './fields.js';
import { pinnedId } from './pinned-id.js';

/** A replacement and the filter for what it replaces. */
export interface NamedReplacement {
  readonly collection: string;
  readonly filter: unknown;
  readonly fields: Fields;
}

/** The replacement names an `_id` that the filter does not demand: a document of another `_id` is not to be replaced. */
export function namesAnotherId({ collection, filter, fields }: NamedReplacement): boolean {
  const own = fields['_id'];
  if (own === undefined) return false;
  const pinned = pinnedId(filter);
  return pinned === undefined || documentKeyOf(collection, pinned) !== documentKeyOf(collection, own);
}
