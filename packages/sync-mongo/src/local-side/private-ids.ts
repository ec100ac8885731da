import { type DocumentKey, type Stamp, stampTimeMs, withTime } from '@bomba/sync-core';
import { toBinary } from '../bson/stamp-binary.js';
import { sendBulk } from '../side/bulk.js';
import { groupByCollection } from '../side/group-by-collection.js';
import { type LocalContext } from './local-context.js';

/** A document and the id that it shares with others. */
export interface SharedMark {
  readonly key: DocumentKey;
  readonly dirty: Stamp;
}

/**
 * Gives each document an id of its own, of the same time. Should the operation write it once more, it bears the shared
 * one again, and what was read under its own is not acknowledged.
 */
export async function givePrivateIds(context: LocalContext, marks: readonly SharedMark[]): Promise<void> {
  for (const [collection, group] of groupByCollection(marks, ({ key }) => key)) {
    const operations = group.map(({ id, entry: { dirty } }) => {
      const own = toBinary(withTime(context.nextId(), stampTimeMs(dirty)));
      const filter = { _id: id as never, '_syncMeta.dirty': toBinary(dirty) };
      return { updateOne: { filter, update: { $set: { '_syncMeta.dirty': own } } } };
    });
    await sendBulk(context.db.collection(collection), operations, { side: 'local' });
  }
}
