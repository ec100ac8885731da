import { describe, expect, it } from '@jest/globals';
import { createStamp, type Stamp, type VersionInfo } from '@bomba/sync-core';
import { Binary, BSON, type Document } from 'mongodb';
import { bodyDigest, setNameOf } from '../../../src/bson/body-digest.js';
import { exclusionSet } from '../../../src/fields/exclusion-set.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import {
  readAtlasDocument,
  readLocalDocument,
  readVersionMeta,
  writeVersionMeta,
} from '../../../src/bson/sync-meta.js';

const body = BSON.serialize({ _id: 1, name: 'x' });
const digest = bodyDigest(body);
const stampOf = (timeMs: number): Stamp =>
  createStamp({ timeMs, counter: 0, random: new Uint8Array(16).fill(8) });
const stamp = stampOf(1_000);
const info: VersionInfo = { version: 4, conflictCount: 2, instanceId: 'instance-a' };
const stored = (version: Document): Document => BSON.deserialize(BSON.serialize(version));

describe('the metadata of a version', () => {
  it('is read as it was written', () => {
    const version = { stamp, digest, info };
    expect(readVersionMeta(stored(writeVersionMeta(version)))).toEqual(version);
    const foreign = { stamp, digest: null, info: { ...info, instanceId: null } };
    expect(readVersionMeta(stored(writeVersionMeta(foreign)))).toEqual(foreign);
  });

  it('names its origin and the time of its last write for people', () => {
    expect(writeVersionMeta({ stamp, digest, info })).toMatchObject({
      origin: 'local',
      lastModified: new Date(1_000),
    });
    expect(writeVersionMeta({ stamp, digest, info: { ...info, instanceId: null } })).toMatchObject({
      origin: 'atlas',
    });
  });

  it.each<[string, Document]>([
    ['a stamp that is none', { stamp: 'text' }],
    ['a stamp of wrong length', { stamp: new Binary(Buffer.alloc(3), 4) }],
    ['a digest that is no text', { digest: 5 }],
    ['a digest that is a novel', { digest: 'x'.repeat(10_000) }],
    ['numbers that are none', { version: 'many', conflictCount: -1 }],
    ['an instance that is no text', { instanceId: { $gt: '' } }],
  ])('is absent where it holds %s', (_, meta) => {
    const nothing = { stamp: null, digest: null, info: { version: 0, conflictCount: 0, instanceId: null } };
    expect(readVersionMeta(meta)).toEqual(nothing);
  });
});

describe('a local document', () => {
  const meta = writeVersionMeta({ stamp, digest, info });
  const write = stampOf(2_000);

  it('is clean and unedited where its bytes are those of its version', () => {
    expect(readLocalDocument(body, meta)).toMatchObject({ stamp, dirty: null, held: false, edited: false });
  });

  it('is edited past capture where it is clean with other bytes', () => {
    const other = BSON.serialize({ _id: 1, name: 'y' });
    expect(readLocalDocument(other, meta)).toMatchObject({ edited: true, unchanged: false });
    const unknown = writeVersionMeta({ stamp, digest: null, info });
    expect(readLocalDocument(other, unknown)).toMatchObject({ edited: false, unchanged: false });
  });

  it('is unchanged where it is dirty with the bytes of its version', () => {
    const dirty = { ...meta, dirty: toBinary(write) };
    expect(readLocalDocument(body, dirty)).toMatchObject({ dirty: write, edited: false, unchanged: true });
  });

  it('is held by the id of the refused write, until the application writes again', () => {
    expect(readLocalDocument(body, { ...meta, held: toBinary(write) })).toMatchObject({
      dirty: write,
      held: true,
    });
    const later = stampOf(3_000);
    const rewritten = { ...meta, held: toBinary(write), dirty: toBinary(later) };
    expect(readLocalDocument(body, rewritten)).toMatchObject({ dirty: later, held: false });
  });

  it('shows the mark of a delete, and what the delete found', () => {
    const marked = { ...meta, dirty: toBinary(write), deleting: true, last: toBinary(stamp) };
    expect(readLocalDocument(body, marked)).toMatchObject({ deleting: true, dirty: write, last: stamp });
  });
});

describe('a document of Atlas', () => {
  it.each([
    ['no', body, digest],
    ['yes', BSON.serialize({ _id: 1, name: 'y' }), digest],
    ['unknown', body, null],
    ['unknown', body, bodyDigest(body, 'another-exclusion-set')],
  ] as const)('is edited: %s', (edited, bytes, found) => {
    expect(readAtlasDocument(bytes, writeVersionMeta({ stamp, digest: found, info })).edited).toBe(edited);
  });
});

describe('a document of which fields are excluded', () => {
  const pin = exclusionSet(['pin']);
  const whole = BSON.serialize({ _id: 1, name: 'x', pin: 5 });
  const under = (set: string) => writeVersionMeta({ stamp, digest: bodyDigest(body, set), info });
  const dirty = { dirty: toBinary(stampOf(2_000)) };

  it('is what travels of it, and unedited whatever the excluded fields hold', () => {
    for (const bytes of [body, whole]) {
      expect(readLocalDocument(bytes, under(pin.name), pin)).toMatchObject({ edited: false });
      expect(readLocalDocument(bytes, { ...under(pin.name), ...dirty }, pin)).toMatchObject({
        unchanged: true,
      });
      expect(readAtlasDocument(bytes, under(pin.name), pin)).toMatchObject({ edited: 'no' });
      expect(Buffer.from(readLocalDocument(bytes, null, pin).body)).toEqual(Buffer.from(body));
    }
  });

  it('says what its digest speaks of, once these fields travel: it may lack some, or hold some of its own', () => {
    const covered = Buffer.from(body);
    expect(readLocalDocument(body, under(pin.name))).toMatchObject({ edited: false, covered });
    expect(readLocalDocument(whole, under(pin.name))).toMatchObject({ edited: true, covered });
    expect(readLocalDocument(whole, { ...under(pin.name), ...dirty })).toMatchObject({ unchanged: false });
    expect(readAtlasDocument(body, under(pin.name))).toMatchObject({ edited: 'no' });
    expect(readAtlasDocument(whole, under(pin.name))).toMatchObject({ edited: 'unknown', covered });
  });

  it('is told by a digest from before, where that still fits', () => {
    const meta = writeVersionMeta({ stamp, digest: bodyDigest(whole), info });
    expect(readLocalDocument(whole, meta, pin)).toMatchObject({ edited: false });
    expect(readAtlasDocument(whole, meta, pin)).toMatchObject({ edited: 'no' });
    // The edit may be of the pin: on Local that is asked by a push, on Atlas nothing is concluded.
    expect(readLocalDocument(body, meta, pin)).toMatchObject({ edited: true });
    expect(readAtlasDocument(body, meta, pin)).toMatchObject({ edited: 'unknown' });
  });
});

describe('a digest', () => {
  it('is of the bytes, and names the exclusion set that it was made under', () => {
    expect(bodyDigest(body)).toBe(bodyDigest(Uint8Array.from(body)));
    expect(bodyDigest(body)).not.toBe(bodyDigest(BSON.serialize({ _id: 1, name: 'y' })));
    expect(setNameOf(bodyDigest(body))).toBe('0');
    expect(setNameOf(bodyDigest(body, '-a,b%3A'))).toBe('-a,b%3A');
  });
});
