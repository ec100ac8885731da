import { describe, expect, it } from '@jest/globals';
import { BSON, type Document, Double, Int32, ObjectId } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toKeyEvent } from '../../../src/stream/key-event.js';

const _id = new ObjectId();

/** An event as the pipeline leaves it. */
function eventOf(operationType: string, coll: string, more: Document = {}): Uint8Array {
  const token = { _data: '82' };
  return BSON.serialize({
    _id: token,
    operationType,
    ns: { db: 'shop', coll },
    documentKey: { _id },
    ...more,
  });
}

describe('an event of a stream of keys', () => {
  it.each(['insert', 'update', 'replace', 'delete'])('names the document of an %s', (operation) => {
    expect(toKeyEvent(eventOf(operation, 'bills'))).toEqual({
      kind: 'key',
      key: documentKeyOf('bills', _id),
    });
  });

  it('names it by its _id alone, as the server compares it', () => {
    for (const id of [new Int32(7), new Double(7)]) {
      const documentKey = { shop: 'Cairo', _id: id };
      const event = eventOf('insert', 'bills', { documentKey });
      expect(toKeyEvent(event)).toEqual({ kind: 'key', key: documentKeyOf('bills', 7) });
    }
  });

  it('names what a tombstone speaks of, and nothing where one is removed', () => {
    const key = documentKeyOf('bills', _id);
    const documentKey = { _id: key };
    for (const operation of ['insert', 'update', 'replace'])
      expect(toKeyEvent(eventOf(operation, '_sync_tombstones', { documentKey }))).toEqual({
        kind: 'key',
        key,
      });
    expect(toKeyEvent(eventOf('delete', '_sync_tombstones', { documentKey }))).toEqual({ kind: 'nothing' });
  });

  it('is a marker, written for the first time or again', () => {
    const documentKey = { _id: 'marker:1' };
    const written = [
      eventOf('insert', '_sync_instances', { documentKey, fullDocument: { marker: 'm' } }),
      eventOf('update', '_sync_instances', {
        documentKey,
        updateDescription: { updatedFields: { marker: 'm' } },
      }),
    ];
    for (const event of written) expect(toKeyEvent(event)).toEqual({ kind: 'marker', marker: 'm' });
    expect(toKeyEvent(eventOf('delete', '_sync_instances', { documentKey }))).toEqual({ kind: 'nothing' });
  });

  it.each(['drop', 'rename', 'dropDatabase', 'invalidate', 'something new'])(
    'is the end at a %s',
    (operation) => {
      const ns = operation === 'dropDatabase' ? { db: 'shop' } : { db: 'shop', coll: 'bills' };
      const event = BSON.serialize({ _id: { _data: '82' }, operationType: operation, ns });
      expect(toKeyEvent(event)).toEqual({ kind: 'gone' });
    },
  );
});
