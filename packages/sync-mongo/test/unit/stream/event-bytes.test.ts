import { describe, expect, it } from '@jest/globals';
import { BSON, ObjectId } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { eventIdOf } from '../../../src/stream/event-bytes.js';

describe('the _id of an event', () => {
  it('keeps the order of names that an object would put in another', () => {
    const _id = new Map<string, unknown>([
      ['b', 1],
      ['10', new Map([['9', 1]])],
      ['2', 'x'],
    ]);
    const bytes = BSON.serialize(new Map([['_id', _id]]));
    const event = { documentKey: BSON.deserialize(bytes) as { _id: unknown }, _eventBytes: [bytes] };
    expect(documentKeyOf('items', eventIdOf(event))).toBe(documentKeyOf('items', _id));
    expect(documentKeyOf('items', event.documentKey._id)).not.toBe(documentKeyOf('items', _id));
  });

  it('is the one that the event shows where it is no document', () => {
    const _id = new ObjectId();
    expect(eventIdOf({ documentKey: { _id } })).toBe(_id);
  });
});
