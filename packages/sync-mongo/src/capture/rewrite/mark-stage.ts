import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';
import { DIRTY, OUTDATED_BY_A_WRITE, SYNC_META } from './sync-meta.js';

const OUTDATED: Fields = Object.fromEntries(OUTDATED_BY_A_WRITE.map((path) => [path, '$$REMOVE']));

/** The last stage of every pipeline that writes: marks the document as written by `id`, and keeps its base. */
export function markStage(id: Binary): Fields {
  return { $set: { [DIRTY]: { $literal: id }, ...OUTDATED } };
}

/** A stage that gives a document this mark alone, whatever metadata it has brought from elsewhere. */
export function freshMarkStage(id: Binary): Fields {
  return { $set: { [SYNC_META]: { $mergeObjects: [{ dirty: { $literal: id } }] } } };
}
