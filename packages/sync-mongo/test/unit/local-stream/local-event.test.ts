import { describe, expect, it } from '@jest/globals';
import { createStamp } from '@bomba/sync-core';
import { BSON, type ChangeStreamDocument, type Document } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { toLocalEvent } from '../../../src/local-stream/local-event.js';

const wallTime = new Date(1_234);
const stamp = toBinary(createStamp({ timeMs: 1_000, counter: 0, random: new Uint8Array(16) }));
const key = documentKeyOf('items', 1);
const content = { _id: 1, name: 'tea' };
const digest = bodyDigest(BSON.serialize(content));

function eventOf(fields: Document): ChangeStreamDocument {
  const place = { ns: { db: 'bomba', coll: 'items' }, documentKey: { _id: 1 } };
  return { ...place, wallTime, ...fields } as unknown as ChangeStreamDocument;
}

const insert = (meta: Document | null): ChangeStreamDocument =>
  eventOf({ operationType: 'insert', fullDocument: { ...content, ...(meta && { _syncMeta: meta }) } });
const update = (updatedFields: Document, removedFields: readonly string[] = []): ChangeStreamDocument =>
  eventOf({ operationType: 'update', updateDescription: { updatedFields, removedFields } });
const spoiled = { operationType: 'insert', fullDocument: { ...content, _syncMeta: 'x' } };

const written = { kind: 'written', key, atMs: 1_234 };
const nothing = { kind: 'nothing' };

describe('an event of Local', () => {
  it.each<[string, ChangeStreamDocument, object]>([
    ['an insert without metadata', insert(null), written],
    ['an insert by capture', insert({ dirty: stamp }), nothing],
    ['a document of a pull', insert({ stamp, digest }), nothing],
    ['a document of a pull without a digest, which tells nothing', insert({ stamp }), nothing],
    ['a document copied with the metadata of other content', insert({ stamp, digest: '0:00' }), written],
    ['metadata that is no document', eventOf(spoiled), written],
    ['an update of fields', update({ name: 'coffee' }), written],
    ['an update that takes fields away', update({}, ['name']), written],
    ['an update by capture', update({ name: 'coffee', '_syncMeta.dirty': stamp }), nothing],
    [
      'an update by capture, reported with the whole metadata',
      update({ _syncMeta: { dirty: stamp } }),
      nothing,
    ],
    ['metadata replaced by what is none', update({ _syncMeta: { dirty: 'x' } }), written],
    ['metadata taken away whole', update({}, ['_syncMeta']), written],
    ['an acknowledgement', update({ '_syncMeta.stamp': stamp }, ['_syncMeta.dirty']), nothing],
    ['a field whose name only begins like the metadata', update({ _syncMetaOther: 1 }), written],
    [
      'a deletion, whoever made it',
      eventOf({ operationType: 'delete' }),
      { kind: 'removed', key, atMs: 1_234 },
    ],
    ['a drop', eventOf({ operationType: 'drop' }), { kind: 'gone', collections: ['items'] }],
    [
      'a rename, of the one that is replaced, too',
      eventOf({ operationType: 'rename', to: { db: 'bomba', coll: 'archive' } }),
      { kind: 'gone', collections: ['items', 'archive'] },
    ],
    ['the end of the stream', eventOf({ operationType: 'invalidate' }), { kind: 'ended' }],
    ['a new index', eventOf({ operationType: 'createIndexes' }), nothing],
  ])('%s', (_, event, expected) => {
    expect(toLocalEvent(event)).toEqual(expected);
  });
});
