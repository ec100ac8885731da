import { type DocumentKey, type Stamp, stampTimeMs, withTime } from '@bomba/sync-core';
import { toBinary } from '../bson/stamp-binary.js';
import { groupByCollection } from '../side/group-by-collection.js';
import { sendLocalBulk } from './local-bulk.js';
import { type LockingContext } from './local-context.js';

/** A document and the id that it shares with others. */
export interface SharedMark {
  readonly key: DocumentKey;
  readonly dirty: Stamp;
}

/**
 * Gives each document an id of its own, of the same time. Should the operation write it once more, it bears the shared
 * one again, and what was read under its own is not acknowledged. Returns the keys of those that somebody else holds.
 */
export async function givePrivateIds(
  context: LockingContext,
  marks: readonly SharedMark[],
): Promise<readonly DocumentKey[]> {
  const held: DocumentKey[] = [];
  for (const [collection, group] of groupByCollection(marks, ({ key }) => key)) {
    const writes = group.map(({ id, entry: { key, dirty } }) => {
      const own = toBinary(withTime(context.nextId(), stampTimeMs(dirty)));
      const filter = { _id: id as never, '_syncMeta.dirty': toBinary(dirty) };
      return { key, operation: { updateOne: { filter, update: { $set: { '_syncMeta.dirty': own } } } } };
    });
    const { locked } = await sendLocalBulk(context.db.collection(collection), writes, context);
    held.push(...writes.filter((_, index) => locked.has(index)).map(({ key }) => key));
  }
  return held;
}
