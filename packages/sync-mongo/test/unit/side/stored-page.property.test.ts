import { describe, expect, it } from '@jest/globals';
import { type Digest, type DocumentKey, sameBody, type Stamp, toStamp } from '@bomba/sync-core';
import { Binary, BSON, Double, Int32, Long, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toOrderedDocument } from '../../../src/bson/elements.js';
import { writeVersionMeta } from '../../../src/bson/sync-meta.js';
import { emptySet, type ExclusionSet, exclusionSet } from '../../../src/fields/exclusion-set.js';
import { RawDocuments } from '../../../src/side/raw-documents.js';
import { StoredPage } from '../../../src/side/stored-page.js';
import { type StoredState } from '../../../src/side/stored-state.js';
import { storedDocument } from '../bson/arbitrary-document.js';

const keyOf = (id: number): DocumentKey => documentKeyOf('bills', id);

type Fields = readonly (readonly [string, unknown])[];

const STAMPS = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'].map(
  (text) => {
    const stamp = toStamp(text);
    if (!stamp) throw new Error('a test names no stamp');
    return stamp;
  },
);
const [STAMP] = STAMPS as [Stamp];
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
    return {
      ...{ local: Buffer.from(local), atlas: Buffer.from(atlas), set },
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

function pageOf(set: ExclusionSet, ...documents: readonly Uint8Array[]): StoredPage {
  return new StoredPage({ collection: 'bills', set }, RawDocuments.of(documents), false);
}

type Told = 'same' | 'same-key' | 'nothing';

/** What the bytes of both tell where they are pages of one document each. */
function tell(one: StoredPage, other: StoredPage): Told {
  const paired = one.pairWith(other);
  if (!paired || paired.last === null) return 'nothing';
  return paired.sameCount === 1 ? 'same' : 'same-key';
}

/** What is no document has no key either. */
function tellOfBroken(one: StoredPage, other: StoredPage): Told {
  try {
    return tell(one, other);
  } catch {
    return 'nothing';
  }
}

function only({ states }: StoredPage): StoredState {
  const [state] = states;
  if (!state) throw new Error('a page has one document');
  return state;
}

describe('two pages that are compared by their bytes', () => {
  it('are never called the same where taking them apart tells anything else', () => {
    const counts = { same: 0, 'same-key': 0, nothing: 0, 'same, twice': 0, 'same-key, twice': 0 };
    fc.assert(
      fc.property(pair, ({ local, atlas, set, isBroken, isTwice }) => {
        const pages = [pageOf(set, local), pageOf(set, atlas)] as const;
        for (const [one, other] of [pages, [pages[1], pages[0]]] as const) {
          const told = isBroken ? tellOfBroken(one, other) : tell(one, other);
          counts[told]++;
          if (isTwice && told !== 'nothing') counts[`${told}, twice`]++;
          if (told === 'same') expect(isSame(only(one), only(other), set)).toBe(true);
          if (told === 'same-key' && !isBroken) expect(only(one).key).toBe(only(other).key);
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
            return pageOf(emptySet, raw);
          },
        );
        if (!local || !atlas) throw new Error('two are made');
        const expected = isSame(only(local), only(atlas), emptySet) ? 'same' : 'same-key';
        expect(tell(local, atlas)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('are paired as far as both have the same keys one by one, an open key and one that differs among them', () => {
    const place = fc.record({
      kind: fc.constantFrom('same', 'same', 'differs', 'open', 'apart'),
      n: fc.nat(),
    });
    const stored = (id: number, name: string): Uint8Array => {
      const document = { _id: new Int32(id), name };
      const info = { version: 1, conflictCount: 0, instanceId: null };
      const digest = bodyDigest(BSON.serialize(document));
      return BSON.serialize({
        ...document,
        _syncMeta: writeVersionMeta({ stamp: STAMP, digest, info }),
      });
    };
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), fc.nat(3), fc.nat(3), (places, more, less) => {
        const here = places.map(({ n }, id) => stored(id, `${n}`));
        const there = places.map(({ kind, n }, id) =>
          stored(kind === 'apart' ? id + 100 : id, kind === 'differs' ? `${n}, changed` : `${n}`),
        );
        const tail = Array.from({ length: more }, (_, id) => stored(200 + id, 'behind'));
        const [local, atlas] = [
          pageOf(emptySet, ...here, ...tail),
          pageOf(emptySet, ...there.slice(0, Math.max(0, there.length - less))),
        ];
        const open = new Set(places.flatMap(({ kind }, id) => (kind === 'open' ? [keyOf(id)] : [])));
        const same: DocumentKey[] = [];
        const paired = local.pairWith(atlas, {
          isOpen: (key) => open.has(key),
          onSame: (key) => same.push(key),
        });
        const apart = places.findIndex(({ kind }) => kind === 'apart');
        const count = Math.min(apart < 0 ? places.length : apart, Math.max(0, places.length - less));
        const kinds = places.slice(0, count).map(({ kind }) => kind);
        expect(paired?.sameCount).toBe(kinds.filter((kind) => kind === 'same').length);
        expect(same).toEqual(kinds.flatMap((kind, id) => (kind === 'same' ? [keyOf(id)] : [])));
        expect(paired?.unsure.map((one) => [one.local.key, one.atlas.key])).toEqual(
          kinds.flatMap((kind, id) => (kind === 'same' ? [] : [[keyOf(id), keyOf(id)]])),
        );
        expect(paired?.last).toBe(count === 0 ? null : keyOf(count - 1));
        expect(paired?.local.states.length).toBe(here.length + more - count);
        expect(paired?.atlas.states.length).toBe(Math.max(0, there.length - less) - count);
      }),
    );
  });

  it('tell nothing where fields are excluded, or the other side was read in another way', () => {
    const raw = BSON.serialize({ _id: 1, _syncMeta: { stamp: uuid(STAMPS[0] ?? '') } });
    const [whole, part] = [pageOf(emptySet, raw), pageOf(exclusionSet(['a']), raw)];
    expect(tell(whole, whole)).toBe('same');
    expect([whole.pairWith(part), part.pairWith(whole)]).toEqual([null, null]);
    expect(whole.pairWith({ states: whole.states, isEnd: false })).toBeNull();
  });
});
