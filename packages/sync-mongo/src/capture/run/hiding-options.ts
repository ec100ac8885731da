import { hiddenProjection } from '../rewrite/hidden-projection.js';
import { type Fields } from '../rewrite/fields.js';
import { optionsOf } from './call-options.js';

/** The options of a call that returns documents, leaving the metadata out of them. */
export function hidingOptions(options: unknown): Fields {
  const given = optionsOf(options);
  return { ...given, projection: hiddenProjection(given['projection']) };
}
