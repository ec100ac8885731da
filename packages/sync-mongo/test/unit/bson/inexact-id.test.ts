import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import { documentIdOf, documentKeyOf } from '../../../src/bson/document-key.js';
import { InexactId } from '../../../src/bson/inexact-id.js';
import { splitDocument } from '../../../src/bson/split-document.js';
import { afterId } from '../../../src/side/after-id.js';
import { raw, rawWithId } from './raw-bson.js';

const FAR_MS = 9_000_000_000_000_000n;
const idOf = (id: ReturnType<typeof raw.date>): unknown => splitDocument(rawWithId(id, [])).id;

describe('an _id that the driver would alter', () => {
  it('has a key of its own, which is none of what it would be taken for', () => {
    const ids = [raw.date(FAR_MS), raw.date(FAR_MS + 1n), raw.string(Buffer.from([0xff])), raw.date(0n)];
    const keys = ids.map((id) => documentKeyOf('items', idOf(id)));
    expect(new Set(keys).size).toBe(ids.length);
    for (const key of keys) expect(documentKeyOf('items', documentIdOf(key))).toBe(key);
  });

  it('finds nothing in a filter: it is written as an array, which no _id is', () => {
    const id = idOf(raw.date(FAR_MS));
    expect(id).toBeInstanceOf(InexactId);
    expect(BSON.deserialize(BSON.serialize({ _id: id, in: [id] }))).toEqual({ _id: [], in: [[]] });
  });

  it('lets a scan go on behind it, with the types that come later', () => {
    const { _id } = afterId(idOf(raw.date(FAR_MS))) as {
      readonly _id: { readonly $type: readonly string[] };
    };
    expect(_id.$type).toContain('timestamp');
    expect(_id.$type).not.toContain('date');
  });
});

describe('metadata with a value that cannot be read', () => {
  it('is taken for what can be read of it', () => {
    const meta = raw.document([
      ['version', raw.int32(3)],
      ['digest', raw.string(Buffer.from([0xff]))],
    ]);
    expect(splitDocument(rawWithId(raw.int32(1), [['_syncMeta', meta]])).meta).toEqual({ version: 3 });
  });
});
