import { type Expected, type LocalMarks, type Stamp } from '@bomba/sync-core';
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

/**
 * The filter of a document that the application has written since, on the same base. Of one that is being deleted the
 * base is read already: moving it now would be lost on the tombstone.
 */
export function writtenSinceFilter(id: unknown, base: Stamp | null): Document {
  return {
    _id: id,
    '_syncMeta.stamp': base && toBinary(base),
    '_syncMeta.dirty': { $exists: true },
    '_syncMeta.deleting': null,
  };
}

/** Whether marks are those that were looked at. */
export function isExpected({ stamp, dirty, held, deleting }: LocalMarks, expected: Expected): boolean {
  return !deleting && stamp === expected.stamp && dirty === expected.dirty && held === expected.held;
}
