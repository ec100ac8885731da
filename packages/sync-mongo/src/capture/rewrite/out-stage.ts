import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';
import { freshMarkStage, markStages } from './mark-stage.js';
import { documentOrEmpty } from './sound-meta.js';
import { SYNC_META } from './sync-meta.js';

/**
 * The stages before an `$out` that mark what it writes. A document that was there before keeps its base: `before`, a
 * collection of the pipeline's own database, has the old metadata; null where there is none.
 */
export function markOut(id: Binary, before: string | null): readonly Fields[] {
  if (before === null) return [freshMarkStage(id)];
  const first = { $arrayElemAt: [`$${SYNC_META}`, 0] };
  const old = { $let: { vars: { first }, in: `$$first.${SYNC_META}` } };
  return [
    { $lookup: { from: before, localField: '_id', foreignField: '_id', as: SYNC_META } },
    { $set: { [SYNC_META]: { $mergeObjects: [documentOrEmpty(old), { dirty: { $literal: id } }] } } },
    ...markStages(id),
  ];
}
