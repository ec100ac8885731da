import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';
import { soundMeta } from './sound-meta.js';
import { DELETING, DIRTY, SYNC_META } from './sync-meta.js';

/** What a deletion mark is made of. */
export interface DeletionMark {
  readonly id: Binary;
  /** A mark of another delete with an id from this one on is still being carried out, and stays. Null: none stays. */
  readonly staleBefore: Binary | null;
}

const META = `$${SYNC_META}`;
const unacknowledged = { $ifNull: [`${META}.dirty`, { $ifNull: [`${META}.held`, '$$REMOVE'] }] };
/** The write that the delete found; of an earlier delete that did not finish, the one it found. */
const last = {
  $ifNull: [{ $cond: [{ $eq: [`${META}.deleting`, true] }, `${META}.last`, null] }, unacknowledged],
};

/**
 * The first step of a delete: one pipeline that marks any number of documents. Deletes of the same document at the same
 * time do not take each other's mark away, else none of them would ever end.
 */
export function deletionMark({ id, staleBefore }: DeletionMark): readonly Fields[] {
  const marked = { $mergeObjects: [soundMeta, { dirty: { $literal: id }, deleting: true, last }] };
  const isUnderWay = {
    $and: [{ $eq: [`${META}.deleting`, true] }, { $gte: [`${META}.dirty`, { $literal: staleBefore }] }],
  };
  return [
    { $set: { [SYNC_META]: staleBefore ? { $cond: [isUnderWay, META, marked] } : marked } },
    { $unset: [`${SYNC_META}.held`, `${SYNC_META}.derived`] },
  ];
}

/**
 * Takes the marks of a delete away that failed: the documents stay, and count as written, for their tombstones may be
 * there already.
 */
export function takeBackMark(id: Binary): readonly Fields[] {
  return [
    { $set: { [DIRTY]: { $literal: id } } },
    { $unset: [DELETING, `${SYNC_META}.last`, `${SYNC_META}.derived`] },
  ];
}
