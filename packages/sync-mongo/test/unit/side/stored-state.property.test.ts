import { describe, expect, it } from '@jest/globals';
import { type Digest, sameBody, toStamp } from '@bomba/sync-core';
import { Binary, BSON, Double, Int32, Long, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { toOrderedDocument } from '../../../src/bson/elements.js';
import { writeVersionMeta } from '../../../src/bson/sync-meta.js';
import { emptySet, type ExclusionSet, exclusionSet } from '../../../src/fields/exclusion-set.js';
import { StoredState } from '../../../src/side/stored-state.js';
import { storedDocument } from '../bson/arbitrary-document.js';

type Fields = readonly (readonly [string, unknown])[];

const STAMPS = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'].map(
  (text) => {
    const stamp = toStamp(text);
    if (!stamp) throw new Error('a test names no stamp');
    return stamp;
  },
);
const uuid = (text: string, subtype = 4): Binary =>
  new Binary(Buffer.from(text.replaceAll('-', ''), 'hex'), subtype);

const seldom = <T>(value: fc.Arbitrary<T>, usual: T): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 14 }, { arbitrary: value, weight: 1 });

const OBJECT_ID = new ObjectId();
const anyId: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[
    OBJECT_ID,
    OBJECT_ID,
    new ObjectId(),
    'text',
    'täxt',
    '',
    new Int32(1),
    new Double(1),
    Long.fromNumber(1),
  ],
  ...[uuid(STAMPS[0] ?? ''), new Map([['a', 1]]), null, true, new Date(0)],
);

const stampField = fc.constantFrom<unknown>(
  uuid(STAMPS[1] ?? ''),
  uuid(STAMPS[0] ?? '', 0),
  uuid('01890000-0000-4000-8000-000000000001'),
  uuid('01890000-0000-7000-0000-000000000001'),
  new Binary(Buffer.alloc(15), 4),
  STAMPS[0],
  null,
);

/** How a side's metadata is spelled: the usual, and now and then something that neither side writes. */
const metadata = fc.record({
  stamp: seldom(fc.option(stampField, { nil: undefined }), uuid(STAMPS[0] ?? '')),
  digest: fc.oneof(
    { arbitrary: fc.constantFrom('right', 'none'), weight: 14 },
    { arbitrary: fc.constantFrom('other', 'of another set', 'of no set', 'long', 'a number'), weight: 1 },
  ),
  mark: seldom(fc.constantFrom(null, 'dirty', 'held', 'deleting', 'last', 'derived'), null),
  markValue: fc.constantFrom<unknown>(uuid(STAMPS[1] ?? ''), true, null),
  odd: seldom(fc.constantFrom(null, '', 'more', 'stamq', 'digesu', 'stamp\u00e4', 'lasting'), null),
  order: fc.array(fc.nat(20), { minLength: 10, maxLength: 10 }),
  place: fc.nat(6),
});
type Metadata = typeof metadata extends fc.Arbitrary<infer T> ? T : never;

function digestField(kind: Metadata['digest'], body: Uint8Array): unknown {
  const right = bodyDigest(body);
  const [name, digits = ''] = right.split(':');
  const spelled: Record<Metadata['digest'], unknown> = {
    right,
    none: undefined,
    other: `${name}:${digits.slice(1)}${digits.startsWith('0') ? '1' : '0'}`,
    'of another set': `-a:${digits}`,
    'of no set': `1:${digits}`,
    long: `${right}0`,
    'a number': 1,
  };
  return spelled[kind];
}

function storedWith(fields: Fields, meta: Metadata): Uint8Array {
  const body = BSON.serialize(new Map(fields));
  const names: Fields = [
    ['stamp', meta.stamp],
    ['origin', 'local'],
    ['instanceId', 'ä'],
    ['lastModified', new Date(5)],
    ['version', new Int32(3)],
    ['conflictCount', new Int32(0)],
    ['digest', digestField(meta.digest, body)],
    ...(meta.mark === null ? [] : [[meta.mark, meta.markValue] as const]),
    ...(meta.odd === null ? [] : [[meta.odd, 1] as const]),
  ];
  const written = names
    .filter(([, value]) => value !== undefined)
    .map((field, i) => ({ field, at: meta.order[i] ?? 0 }))
    .sort((one, other) => one.at - other.at)
    .map(({ field }) => field);
  const all: (readonly [string, unknown])[] = [...fields];
  all.splice(Math.min(meta.place, all.length), 0, ['_syncMeta', new Map(written)]);
  return BSON.serialize(new Map(all));
}

const pair = fc
  .record({
    document: storedDocument,
    id: fc.option(anyId, { freq: 2 }),
    otherId: seldom(fc.option(anyId), null),
    change: seldom(fc.option(storedDocument), null),
    here: metadata,
    there: fc.option(metadata, { freq: 2 }),
    both: seldom<{ readonly stamp?: unknown }>(fc.record({ stamp: stampField }), {}),
    broken: seldom(fc.option(fc.record({ at: fc.nat(400), byte: fc.nat(255) })), null),
    set: seldom(fc.constantFrom<ExclusionSet>(exclusionSet(['a'])), emptySet),
  })
  .map(({ document, id, otherId, change, here, there, both, broken, set }) => {
    const fields = fieldsOf(document, id);
    const local = storedWith(fields, { ...here, ...both });
    const atlas = storedWith(fieldsOf(change ?? document, otherId ?? id ?? fields[0]?.[1]), {
      ...(there ?? here),
      ...both,
    });
    if (broken && broken.at < atlas.length) atlas[broken.at] = broken.byte;
    const place = { collection: 'bills', set };
    return {
      local: new StoredState(place, local),
      atlas: new StoredState(place, atlas),
      set,
      isBroken: broken !== null,
      isTwice: Buffer.from(local).equals(atlas),
    };
  });

function fieldsOf(document: Uint8Array, id: unknown): Fields {
  const fields = [...toOrderedDocument(document)];
  return id === null || id === undefined ? fields : [['_id', id], ...fields.slice(1)];
}

/** The rule by what is decoded. */
function isSame(local: StoredState, atlas: StoredState, set: ExclusionSet): boolean {
  const isVersion = local.stamp !== null && local.stamp === atlas.stamp && local.isPlain && atlas.isPlain;
  if (!isVersion || local.key !== atlas.key || !sameBody(local.body, atlas.body)) return false;
  const right: Digest = bodyDigest(local.body, set.name);
  return [local.digest, atlas.digest].every((digest) => digest === null || digest === right);
}

describe('two stored states that are compared by their bytes', () => {
  it('are never called the same where taking them apart tells anything else', () => {
    const counts = { same: 0, 'same-key': 0, nothing: 0, 'same, twice': 0, 'same-key, twice': 0 };
    fc.assert(
      fc.property(pair, ({ local, atlas, set, isBroken, isTwice }) => {
        for (const [one, other] of [
          [local, atlas],
          [atlas, local],
        ] as const) {
          const told = one.compareBytes(other);
          counts[told]++;
          if (isTwice && told !== 'nothing') counts[`${told}, twice`]++;
          if (told === 'same') expect(isSame(one, other, set)).toBe(true);
          if (told === 'same-key' && !isBroken) expect(one.key).toBe(other.key);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(counts.same).toBeGreaterThan(250);
    expect(counts['same-key']).toBeGreaterThan(250);
    expect(counts.nothing).toBeGreaterThan(100);
    expect(counts['same, twice']).toBeGreaterThan(100);
    expect(counts['same-key, twice']).toBeGreaterThan(100);
  });

  it('are told to be the same, or not, wherever both sides have written them', () => {
    const version = fc.record({
      stamp: fc.constantFrom(...STAMPS),
      hasDigest: fc.boolean(),
      version: fc.nat(3),
      instanceId: fc.constantFrom(null, 'branch'),
    });
    const fields = fc.record({ name: fc.string(), count: fc.integer(), price: fc.double(), at: fc.date() });
    const written = fc.record({ fields, version });
    fc.assert(
      fc.property(written, written, fc.boolean(), (one, other, isEqual) => {
        const [local, atlas] = [one, isEqual ? { ...other, fields: one.fields } : other].map(
          ({ fields, version: { stamp, hasDigest, version, instanceId } }) => {
            const document = { _id: OBJECT_ID, ...fields };
            const digest = hasDigest ? bodyDigest(BSON.serialize(document)) : null;
            const info = { version, conflictCount: 0, instanceId };
            const raw = BSON.serialize({ ...document, _syncMeta: writeVersionMeta({ stamp, digest, info }) });
            return new StoredState({ collection: 'bills', set: emptySet }, raw);
          },
        );
        if (!local || !atlas) throw new Error('two are made');
        expect(local.compareBytes(atlas)).toBe(isSame(local, atlas, emptySet) ? 'same' : 'same-key');
      }),
      { numRuns: 500 },
    );
  });

  it('are nameable where a filter can name their id, and only there', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const state = new StoredState({ collection: 'bills', set: emptySet }, BSON.serialize({ _id: id }));
        expect(state.isNameable).toBe(true);
      }),
    );
    const broken = BSON.serialize({ _id: 'ab' });
    broken[14] = 0xff;
    const beyond = Buffer.from(BSON.serialize({ _id: new Date(0) }));
    beyond.writeBigInt64LE(2n ** 62n, 9);
    for (const raw of [broken, beyond])
      expect(new StoredState({ collection: 'bills', set: emptySet }, raw).isNameable).toBe(false);
  });
});
