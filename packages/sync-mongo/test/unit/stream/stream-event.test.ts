import { describe, expect, it } from '@jest/globals';
import { createStamp, type Stamp } from '@bomba/sync-core';
import { BSON, type ChangeStreamDocument, type Document, Long, ObjectId, Timestamp } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { writeVersionMeta } from '../../../src/bson/sync-meta.js';
import { type StreamEvent, toStreamEvent } from '../../../src/stream/stream-event.js';

const stamp: Stamp = createStamp({ timeMs: 5_000, counter: 0, random: new Uint8Array(16) });
const id = new ObjectId();
const key = documentKeyOf('items', id);
const wallTime = new Date(1_700_000_000_123);

function event(operationType: string, rest: Document = {}): ChangeStreamDocument {
  const ns = { db: 'bomba', coll: 'items' };
  const documentKey = { _id: id };
  return { operationType, ns, documentKey, wallTime, ...rest } as unknown as ChangeStreamDocument;
}

const read = (change: ChangeStreamDocument): StreamEvent => toStreamEvent(change, 'instance-a');

/** A document as another branch, or this one, stores it. */
function documentOf(instanceId: string | null): Document {
  const content = { _id: id, name: 'x' };
  const info = { version: 1, conflictCount: 0, instanceId };
  return {
    ...content,
    _syncMeta: writeVersionMeta({ stamp, digest: bodyDigest(BSON.serialize(content)), info }),
  };
}

describe('an event of the stream', () => {
  it.each(['insert', 'replace'])('of an %s by another branch carries the state', (operationType) => {
    const found = read(event(operationType, { fullDocument: documentOf('instance-b') }));
    expect(found).toMatchObject({
      kind: 'change',
      change: { kind: 'state', key, atMs: wallTime.getTime(), state: { stamp, edited: 'no' } },
    });
  });

  it('of our own version is an echo, also without its content', () => {
    const { _id, _syncMeta } = documentOf('instance-a');
    const echo = { kind: 'change', change: { kind: 'echo', key, stamp } };
    expect(read(event('insert', { fullDocument: documentOf('instance-a') }))).toEqual(echo);
    expect(read(event('replace', { fullDocument: { _id, _syncMeta } }))).toEqual(echo);
  });

  it.each(['insert', 'replace'])(
    'of an %s that is too large to be shown hints at its key',
    (operationType) => {
      expect(read(event(operationType, { fullDocument: null }))).toEqual({
        kind: 'change',
        change: { kind: 'hint', key },
      });
    },
  );

  it('of a foreign document carries a state without a version', () => {
    expect(read(event('insert', { fullDocument: { _id: id, name: 'x' } }))).toMatchObject({
      change: { kind: 'state', key, state: { stamp: null } },
    });
  });

  it('of an update that did not touch the version is foreign, with its time', () => {
    const updateDescription = { updatedFields: { name: 'y' }, removedFields: [] };
    expect(read(event('update', { updateDescription }))).toEqual({
      kind: 'change',
      change: { kind: 'foreign', key, atMs: wallTime.getTime() },
    });
  });

  it.each([
    ['the whole metadata', { updatedFields: { _syncMeta: {} }, removedFields: [] }],
    [
      'the version and content',
      { updatedFields: { '_syncMeta.stamp': toBinary(stamp), name: 'y' }, removedFields: [] },
    ],
    [
      'the version and took content',
      { updatedFields: { '_syncMeta.stamp': toBinary(stamp) }, removedFields: ['n'] },
    ],
    ['a removed version', { updatedFields: {}, removedFields: ['_syncMeta.stamp'] }],
  ])('of an update that touched %s is a hint to look', (_, updateDescription) => {
    expect(read(event('update', { updateDescription }))).toEqual({
      kind: 'change',
      change: { kind: 'hint', key },
    });
  });

  it.each([
    ['whole', { _syncMeta: { stamp: toBinary(stamp), version: 1 } }],
    ['by its fields', { '_syncMeta.stamp': toBinary(stamp), '_syncMeta.version': 1 }],
  ])('of a seal, which sets metadata alone, %s, is an echo for whoever made it', (_, updatedFields) => {
    expect(read(event('update', { updateDescription: { updatedFields, removedFields: [] } }))).toEqual({
      kind: 'change',
      change: { kind: 'echo', key, stamp, isSeal: true },
    });
  });

  it('tells its time by the cluster where the server gives no wall time', () => {
    const updateDescription = { updatedFields: { name: 'y' }, removedFields: [] };
    const clusterTime = new Timestamp({ t: 1_700_000_000, i: 1 });
    expect(read(event('update', { updateDescription, wallTime: undefined, clusterTime }))).toMatchObject({
      change: { atMs: 1_700_000_000_000 },
    });
  });

  it('of a delete is a hint to look', () => {
    expect(read(event('delete'))).toEqual({ kind: 'change', change: { kind: 'hint', key, isRemoval: true } });
  });

  it('of a tombstone, inserted or raised, tells the deletion; of one that expires, nothing', () => {
    const tombstone = { ns: { db: 'bomba', coll: '_sync_tombstones' }, documentKey: { _id: key } };
    const deletion = { kind: 'change', change: { kind: 'tombstone', key, stamp } };
    expect(
      read(event('insert', { ...tombstone, fullDocument: { _id: key, stamp: toBinary(stamp) } })),
    ).toEqual(deletion);
    const updateDescription = { updatedFields: { stamp: toBinary(stamp) }, removedFields: [] };
    expect(read(event('update', { ...tombstone, updateDescription }))).toEqual(deletion);
    expect(read(event('delete', tombstone))).toEqual({ kind: 'nothing' });
    expect(read(event('insert', { ...tombstone, fullDocument: { _id: key } }))).toEqual({ kind: 'nothing' });
  });

  it('of a marker tells the marker, written first or again', () => {
    const ns = { db: 'bomba', coll: '_sync_instances' };
    const marker = { kind: 'marker', marker: 'm1' };
    expect(read(event('insert', { ns, fullDocument: { _id: 'marker:x', marker: 'm1' } }))).toEqual(marker);
    const updateDescription = { updatedFields: { marker: 'm1' }, removedFields: [] };
    expect(read(event('update', { ns, updateDescription }))).toEqual(marker);
  });

  it.each([
    ['drop', {}, ['items']],
    ['rename', { to: { db: 'bomba', coll: 'archive' } }, ['items', 'archive']],
  ])('of collections that are gone or others by %s names them', (operationType, rest, collections) => {
    expect(read(event(operationType, rest))).toEqual({ kind: 'collections-gone', collections });
  });

  it.each([
    ['dropDatabase', 'database-gone'],
    ['invalidate', 'invalidated'],
  ])('of %s is %s', (operationType, kind) => {
    expect(read(event(operationType))).toEqual({ kind });
  });

  it.each(['create', 'createIndexes', 'modify'])('of %s means nothing', (operationType) => {
    expect(read(event(operationType))).toEqual({ kind: 'nothing' });
  });

  it('with metadata that is not as it should be still names its key', () => {
    const broken = { _id: Long.fromNumber(5), _syncMeta: { stamp: 'text', version: 'many', instanceId: 5 } };
    expect(read(event('insert', { fullDocument: broken, documentKey: { _id: 5 } }))).toMatchObject({
      change: { kind: 'state', key: documentKeyOf('items', 5), state: { stamp: null, info: { version: 0 } } },
    });
  });
});
