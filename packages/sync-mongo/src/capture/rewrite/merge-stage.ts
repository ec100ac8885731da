import { type Binary } from 'mongodb';
import { type Fields, fieldsOf } from './fields.js';
import { freshMarkStage, markStages } from './mark-stage.js';
import { markPipelineUpdate } from './pipeline-update.js';
import { SYNC_META } from './sync-meta.js';

const NEW = '$$new';
const OWN_META = { [SYNC_META]: `$${SYNC_META}` };

/**
 * The stages that do what a `$merge` does, and mark what it writes: a document that is inserted brings the mark along,
 * one that is matched keeps its base and gets it. Null for a form that the server refuses, or that nobody knows.
 */
export function markMerge(merge: unknown, id: Binary): readonly Fields[] | null {
  const fields: Fields | null = typeof merge === 'string' ? { into: merge } : fieldsOf(merge);
  if (!fields) return null;
  const whenMatched = markMatched(fields['whenMatched'] ?? 'merge', id);
  if (whenMatched === null || (fields['let'] !== undefined && !Array.isArray(fields['whenMatched'])))
    return null;
  return [freshMarkStage(id), { $merge: { ...fields, whenMatched } }];
}

function markMatched(whenMatched: unknown, id: Binary): unknown {
  if (Array.isArray(whenMatched)) return markPipelineUpdate(whenMatched, id, [NEW]);
  switch (whenMatched) {
    case 'merge':
      return [{ $replaceWith: { $mergeObjects: ['$$ROOT', NEW, OWN_META] } }, ...markStages(id)];
    case 'replace':
      return [{ $replaceWith: { $mergeObjects: [{ _id: '$_id' }, NEW, OWN_META] } }, ...markStages(id)];
    case 'keepExisting':
    case 'fail':
      return whenMatched;
    default:
      return null;
  }
}
