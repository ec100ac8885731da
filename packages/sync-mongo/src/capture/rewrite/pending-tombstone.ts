import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';

/** A deletion as the second step of a delete records it. */
export interface PendingDeletion {
  readonly collection: string;
  readonly documentId: unknown;
  /** The id of the delete. */
  readonly pending: Binary;
  /** The Atlas version that the document built on. */
  readonly stamp: Binary | null;
  /** The write that was not known to be on Atlas when the document was marked. */
  readonly last: Binary | null;
}

/** The tombstone of a key that has none. `notedAt`: that the removal which follows is not a foreign hand's. */
export function newTombstone(
  { collection, documentId, pending, stamp, last }: PendingDeletion,
  notedAt: Date,
): Fields {
  return { collection, documentId, pending, base: stamp, last, notedAt };
}

/**
 * The update that records a deletion on the tombstone of its key, or creates it. The deletion that is known to be on
 * Atlas (`stamp`) and the floor stay. A document without a base builds on what the tombstone has. Of two deletes at
 * once the later one is recorded, whoever comes last.
 */
export function pendingTombstone(deletion: PendingDeletion): readonly Fields[] {
  const { collection, documentId, pending, stamp, last } = deletion;
  const ofLater = (value: unknown, field: string): Fields => ({
    $cond: [{ $gt: ['$pending', { $literal: pending }] }, field, value],
  });
  const inherited = { $cond: [{ $gt: ['$pending', null] }, '$base', '$stamp'] };
  return [
    {
      $set: {
        collection: { $literal: collection },
        notedAt: '$$NOW',
        left: '$$REMOVE',
        documentId: { $literal: documentId },
        pending: ofLater({ $literal: pending }, '$pending'),
        base: ofLater(stamp ? { $literal: stamp } : { $ifNull: [inherited, null] }, '$base'),
        last: ofLater(last ? { $literal: last } : { $ifNull: ['$last', null] }, '$last'),
      },
    },
  ];
}
