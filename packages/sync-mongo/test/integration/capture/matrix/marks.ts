import { expect } from '@jest/globals';
import { Binary, type Document, UUID } from 'mongodb';
import { documentKeyOf } from '../../../../src/bson/document-key.js';
import { contentOf, metaIn } from '../captured-world.js';
import { textOf } from '../observation.js';

/** What is stored before or after a call. */
export interface Stored {
  readonly tills: readonly Document[];
  readonly tombstones: readonly Document[];
}

/** The base of the n-th document before a row. */
export const baseOf = (n: number): Binary =>
  new UUID(`01900000-0000-7000-8000-${String(n).padStart(12, '0')}`).toBinary();

/**
 * Every document that was written is dirty and keeps its base, and none other is; every one that is gone has left a
 * pending tombstone on its base, and none other has. `isMoved`: a document may be marked though its content is the same.
 */
export function expectMarks(before: Stored, after: Stored, isMoved: boolean): void {
  const old = byId(before.tills);
  for (const document of after.tills) {
    const previous = old.get(String(document['_id']));
    const { dirty, held, deleting, last, derived, ...kept } = metaIn(document);
    const isWritten = !previous || textOf(contentOf(previous)) !== textOf(contentOf(document));
    if (!isWritten && isMoved && dirty !== undefined) continue;
    if (isWritten) expect(dirty).toBeInstanceOf(Binary);
    if (!isWritten) expect({ ...kept, dirty, held }).toEqual({ ...metaIn(previous), dirty: undefined });
    else expect({ held, deleting, last, derived }).toEqual({});
    expect(kept['stamp']).toEqual(metaIn(previous)['stamp']);
  }
  const left = byId(after.tills);
  const removed = before.tills.filter(({ _id }) => !left.has(String(_id)));
  for (const { _id, _syncMeta } of removed) {
    const key = documentKeyOf('tills', _id);
    const tombstone = after.tombstones.find((found) => found['_id'] === key);
    expect(tombstone).toMatchObject({ collection: 'tills', documentId: _id, base: _syncMeta.stamp });
    expect(tombstone?.['pending']).toBeInstanceOf(Binary);
  }
}

function byId(documents: readonly Document[]): ReadonlyMap<string, Document> {
  return new Map(documents.map((document) => [String(document['_id']), document]));
}
