import { type Fields, fieldsOf } from './fields.js';
import { projectionKindOf } from './projection-kind.js';
import { isMetaPath, SYNC_META } from './sync-meta.js';

/**
 * A projection that leaves the metadata out. One that names the fields it wants stays as it is, also where it asks for
 * the metadata.
 */
export function hiddenProjection(projection: unknown): Fields {
  const fields = fieldsOf(projection) ?? {};
  const isUnchanged = Object.keys(fields).some(isMetaPath) || projectionKindOf(fields) === 'including';
  return isUnchanged ? fields : { ...fields, [SYNC_META]: 0 };
}
