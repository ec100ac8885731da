import { type Expected } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';

/**
 * The filter of a conditional write: `_id` and the marks as they were looked at. A null matches a missing field too.
 * Every write of the application changes the dirty id, so these marks are enough.
 */
export function expectedFilter(id: unknown, { stamp, dirty, held }: Expected): Document {
  return {
    _id: id,
    '_syncMeta.dirty': dirty !== null && !held ? toBinary(dirty) : null,
    '_syncMeta.stamp': stamp && toBinary(stamp),
    '_syncMeta.held': dirty !== null && held ? toBinary(dirty) : null,
  };
}
