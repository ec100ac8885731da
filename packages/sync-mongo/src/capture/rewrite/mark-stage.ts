import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';
import { soundMeta } from './sound-meta.js';
import { DIRTY, OUTDATED_BY_A_WRITE, SYNC_META } from './sync-meta.js';

const OUTDATED: Fields = Object.fromEntries(OUTDATED_BY_A_WRITE.map((path) => [path, '$$REMOVE']));

/**
 * The last stages of every pipeline that writes: they mark the document as written by `id`, and keep its base. What is no
 * document, and could hold no mark, gives way.
 */
export function markStages(id: Binary): readonly Fields[] {
  return [{ $set: { [SYNC_META]: soundMeta } }, { $set: { [DIRTY]: { $literal: id }, ...OUTDATED } }];
}

/** A stage that gives a document this mark alone, whatever metadata it has brought from elsewhere. */
export function freshMarkStage(id: Binary): Fields {
  return { $set: { [SYNC_META]: { $mergeObjects: [{ dirty: { $literal: id } }] } } };
}
