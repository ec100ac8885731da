import { type Document } from 'mongodb';
import { withBytes } from '../stream/event-bytes.js';

const operations = ['insert', 'update', 'replace', 'delete', 'drop', 'rename', 'dropDatabase', 'invalidate'];
const isMarked = { $gt: [{ $ifNull: ['$fullDocument._syncMeta.dirty', null] }, null] };

/**
 * The pipeline of the stream over Local. It is the same whatever collections travel, so that a position stays of use
 * when models come or go. Of whole documents that carry the mark of a captured write it shows the metadata only: most
 * events are of those, and they cost next to nothing.
 */
export const localPipeline: readonly Document[] = [
  { $match: { operationType: { $in: operations }, 'ns.coll': { $not: /^_sync_/ } } },
  withBytes(isMarked),
];
