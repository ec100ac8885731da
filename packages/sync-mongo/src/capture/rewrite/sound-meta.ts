import { type Fields } from './fields.js';
import { SYNC_META } from './sync-meta.js';

const META = `$${SYNC_META}`;

/** An expression's value where it is a document; empty where it is missing, or a foreign hand has left something else. */
export function documentOrEmpty(expression: unknown): Fields {
  return { $cond: [{ $eq: [{ $type: expression }, 'object'] }, expression, {}] };
}

/** The metadata, for use in a pipeline; empty where there is none that can hold a mark. */
export const soundMeta: Fields = documentOrEmpty(META);

/** For `$expr`: a foreign hand has left there what is no document, and can hold no mark. */
export const isSpoiled: Fields = { $not: [{ $in: [{ $type: META }, ['object', 'missing']] }] };
