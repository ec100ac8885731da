import { type Document } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';
import { type ExcludedFields, noneExcluded } from '../fields/excluded-fields.js';
import { sha256 } from '../system/sha256.js';
import { withBytes } from './event-bytes.js';

/** What one stream shows: all synced collections, deletions, and the markers of this instance. */
export interface WatchScope {
  readonly collections: readonly string[];
  readonly instanceId: string;
  /** Default: none is. */
  readonly excluded?: ExcludedFields;
}

const operations = ['insert', 'update', 'replace', 'delete', 'drop', 'rename', 'dropDatabase', 'invalidate'];

/**
 * The pipeline of the one database-level stream. It shows whole states of inserts and replacements; of our own
 * versions, which come back as echoes, only the metadata, so that they cost next to nothing. What is large it only hints
 * at: the document is looked at by its key.
 */
export function watchPipeline(scope: WatchScope): Document[] {
  const isOwn = { $eq: ['$fullDocument._syncMeta.instanceId', scope.instanceId] };
  return [matchStage(scope), withBytes(isOwn)];
}

/** The events of the scope, as they are. */
export function matchStage({ collections, instanceId }: WatchScope): Document {
  const watched = [...collections, stateCollections.tombstones].sort();
  const marker = { 'ns.coll': stateCollections.instances, 'documentKey._id': markerId(instanceId) };
  const isWatched = {
    $or: [
      { 'ns.coll': { $in: watched } },
      { operationType: 'rename', 'to.coll': { $in: watched } },
      marker,
      { operationType: { $in: ['dropDatabase', 'invalidate'] } },
    ],
  };
  return { $match: { operationType: { $in: operations }, ...isWatched } };
}

/** The `_id` of the record that an instance writes to see how far its stream has come. */
export function markerId(instanceId: string): string {
  return `marker:${instanceId}`;
}

/**
 * Tells positions of one pipeline from those of another: resume tokens are not portable. Where other fields travel than
 * before, a position is of no use either: both sides are to be compared.
 */
export function pipelineHash(scope: WatchScope): string {
  const { name } = scope.excluded ?? noneExcluded;
  return sha256(JSON.stringify(watchPipeline(scope)) + name).slice(0, 32);
}
