import { type Document } from 'mongoose';
import { isBelow } from '../fields/exclusion-set.js';
import { isDocument } from './is-document.js';

/**
 * Has validation pass over what does not travel, in sub-documents too, which may have it or not. Returns which paths of the
 * document itself are to be passed over; an array that an excluded path meets is one of them.
 */
export function skipExcluded(document: Document, paths: readonly string[]): readonly string[] {
  const own = Object.keys(document.schema.paths);
  return own.filter((name) => {
    if (isBelow(paths, name)) return true;
    const below = paths.filter((path) => path.startsWith(`${name}.`));
    if (below.length === 0) return false;
    if (Reflect.get(document.schema.path(name), '$isMongooseArray') === true) return true;
    const inner: unknown = document.get(name, undefined, { getters: false });
    if (!isDocument(inner)) return false;
    const rest = below.map((path) => path.slice(name.length + 1));
    for (const skipped of skipExcluded(inner, rest)) inner.$ignore(skipped);
    return false;
  });
}
