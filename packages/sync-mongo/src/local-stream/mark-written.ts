import {
  createStamp,
  type DocumentKey,
  type Random,
  type Refusal,
  type Stamp,
  SyncError,
} from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Db, type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { soundMeta } from '../capture/rewrite/sound-meta.js';
import { DIRTY, OUTDATED_BY_A_WRITE, SYNC_META } from '../capture/rewrite/sync-meta.js';
import { refusalOf } from '../errors/refusal-of.js';
import { durable } from '../local-side/local-context.js';
import { sendBulk } from '../side/bulk.js';
import { groupByCollection } from '../side/group-by-collection.js';

/** A document that was written or removed past capture, and when. */
export interface ForeignWrite {
  readonly key: DocumentKey;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** A document that could not be marked, and why. */
export interface UnmarkedWrite {
  readonly key: DocumentKey;
  readonly refusal: Refusal;
}

/** Where the ids of foreign writes come from. */
export interface IdSource {
  readonly random: Pick<Random, 'bytes'>;
  readonly nextId: () => Stamp;
}

/**
 * Marks documents that were written past capture, as capture would have: the base stays, and a delete under way looks
 * again. The id is of the time of the write; above a mark that is there, as what that one stands for has changed.
 * Marking one again that is on Atlas by now is harmless: its bytes are those of its digest, and it is clean again.
 * Returns what the server does not let be marked, as a validator may: that stays where it is, and holds up no other.
 */
export async function markWritten(
  db: Db,
  writes: readonly ForeignWrite[],
  ids: IdSource,
): Promise<readonly UnmarkedWrite[]> {
  const unmarked: UnmarkedWrite[] = [];
  for (const [collection, group] of groupByCollection(writes, ({ key }) => key)) {
    const operations = group.map(({ id, entry }): AnyBulkWriteOperation => {
      const filter: Document = { _id: id };
      const update = [{ $set: { [SYNC_META]: soundMeta } }, { $set: { [DIRTY]: idFor(entry, ids) } }, unmark];
      return { updateOne: { filter, update } };
    });
    const options = { side: 'local', writeConcern: durable } as const;
    for (const failure of (await sendBulk(db.collection(collection), operations, options)).failures) {
      const [refusal, place] = [refusalOf(failure), group[failure.index]];
      if (!refusal || !place) throw new SyncError('SYNC_WRITE_TRANSIENT', 'A document could not be marked.');
      unmarked.push({ key: place.entry.key, refusal });
    }
  }
  return unmarked;
}

const unmark = { $unset: [...OUTDATED_BY_A_WRITE] };

/** The id of the write's time where no later mark is there; else a new one. */
function idFor({ atMs }: ForeignWrite, { random, nextId }: IdSource): Document {
  const written = { $literal: toBinary(createStamp({ timeMs: atMs, counter: 0, random: random.bytes(16) })) };
  const isOlder = { $lt: [{ $ifNull: [`$${DIRTY}`, null] }, written] };
  return { $cond: [isOlder, written, { $literal: toBinary(nextId()) }] };
}
