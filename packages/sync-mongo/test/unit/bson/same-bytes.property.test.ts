import { describe, expect, it } from '@jest/globals';
import { createStamp } from '@bomba/sync-core';
import fc from 'fast-check';
import { BSON, type Document } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { isPlainlyWhole, laidOut } from '../../../src/bson/same-bytes.js';
import { splitDocument } from '../../../src/bson/split-document.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { readLocalDocument } from '../../../src/bson/sync-meta.js';

const stamp = toBinary(createStamp({ timeMs: 1_000, counter: 0, random: new Uint8Array(16) }));
const content = fc.record({ _id: fc.integer(), name: fc.string(), n: fc.integer() });
const oddity = fc.constantFrom<Document>(
  {},
  {},
  {},
  { dirty: stamp },
  { held: stamp },
  { deleting: true },
  { derived: true },
  { stamp: 'x' },
  { digest: '0:0000000000000000' },
  { digest: '3:x,y' },
  { digest: 7 },
  { other: 1 },
);

function isWhole(raw: Uint8Array): boolean {
  const document = laidOut(Buffer.from(raw));
  return document !== null && isPlainlyWhole(document);
}

describe('telling by its bytes that a document is what is stored under its version', () => {
  it('says so of nothing that has marks, or was edited, and of all that is as a pull stores it', () => {
    fc.assert(
      fc.property(content, content, oddity, fc.boolean(), (stored, other, odd, isEdited) => {
        const _syncMeta = { stamp, version: 1, digest: bodyDigest(BSON.serialize(stored)), ...odd };
        const raw = BSON.serialize({ ...(isEdited ? { ...stored, name: other.name } : stored), _syncMeta });
        const { body, meta } = splitDocument(raw);
        const decoded = readLocalDocument(body, meta);
        const isPlain = Object.keys(odd).length === 0 && !decoded.edited;
        const isOfVersion = decoded.stamp !== null && decoded.dirty === null && !decoded.edited;
        expect(isWhole(raw)).toBe(isPlain);
        if (isWhole(raw)) expect(isOfVersion).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says nothing of what has no version, or no digest', () => {
    expect(isWhole(BSON.serialize({ _id: 1 }))).toBe(false);
    expect(isWhole(BSON.serialize({ _id: 1, _syncMeta: { stamp } }))).toBe(false);
  });
});
