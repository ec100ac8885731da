import { type Document } from 'mongodb';
import { SYNC_META } from '../rewrite/sync-meta.js';

/**
 * A pipeline for the application's own change streams on Local: without the updates by which bomba-sync only keeps its
 * books, and without `_syncMeta` in the events that are left. The application's stages come after it.
 *
 * A replacement may show as an update, as sync keeps the document's version; nothing else is different.
 *
 * @example
 * const changes = Bill.watch(withoutSyncBookkeeping([{ $match: { operationType: 'insert' } }]));
 *
 * @public
 */
export function withoutSyncBookkeeping(pipeline: readonly Document[] = []): Document[] {
  return [
    { $match: { $expr: { $not: [{ $and: [IS_UPDATE, TOUCHES_NOTHING_ELSE] }] } } },
    { $set: { updateDescription: { $cond: [IS_UPDATE, OWN_UPDATE, '$updateDescription'] } } },
    { $project: { [`fullDocument.${SYNC_META}`]: 0, [`fullDocumentBeforeChange.${SYNC_META}`]: 0 } },
    ...pipeline,
  ];
}

const IS_UPDATE = { $eq: ['$operationType', 'update'] };

const isOwn = (path: string): Document => ({
  $not: [{ $regexMatch: { input: path, regex: `^${SYNC_META}(\\.|$)` } }],
});
const ownFields = {
  $filter: {
    input: { $objectToArray: { $ifNull: ['$updateDescription.updatedFields', {}] } },
    as: 'field',
    cond: isOwn('$$field.k'),
  },
};
const ownRemovals = {
  $filter: {
    input: { $ifNull: ['$updateDescription.removedFields', []] },
    as: 'path',
    cond: isOwn('$$path'),
  },
};
const truncations = { $ifNull: ['$updateDescription.truncatedArrays', []] };

const TOUCHES_NOTHING_ELSE = {
  $and: [ownFields, ownRemovals, truncations].map((changes) => ({ $eq: [{ $size: changes }, 0] })),
};

const OWN_UPDATE = {
  $mergeObjects: [
    '$updateDescription',
    { updatedFields: { $arrayToObject: ownFields }, removedFields: ownRemovals },
  ],
};
