import { type Binary } from 'mongodb';
import { type Fields, fieldsOf, withoutFields } from './fields.js';
import { markStages } from './mark-stage.js';
import { isMetaPath, SYNC_META } from './sync-meta.js';

/**
 * The fields of a replacement without metadata; null where it is none, or has a top-level `$` name, which the server
 * refuses in a replacement and would accept in a pipeline.
 */
export function replacementFields(replacement: unknown): Fields | null {
  const fields = fieldsOf(replacement);
  if (!fields || Object.keys(fields).some((name) => name.startsWith('$'))) return null;
  return withoutFields(fields, isMetaPath);
}

/**
 * A replacement as a pipeline update that keeps the metadata, marked as written by `id`. The matched `_id` is always
 * emitted, first; one in `fields` is left out, so the caller has to see to it that they are the same.
 */
export function replacementPipeline(fields: Fields, id: Binary): readonly Fields[] {
  const content = withoutFields(fields, (name) => name === '_id');
  const kept = { _id: '$_id' };
  return [
    { $replaceWith: { $mergeObjects: [kept, { $literal: content }, { [SYNC_META]: `$${SYNC_META}` }] } },
    ...markStages(id),
  ];
}
