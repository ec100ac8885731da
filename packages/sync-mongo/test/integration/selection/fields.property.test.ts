import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Db, type Document, type ObjectId } from 'mongodb';
import { exclusionSet } from '../../../src/fields/exclusion-set.js';
import { withoutExcluded } from '../../../src/fields/take-out.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 110;
const TIMEOUT_MS = 120_000;
const EXCLUDED = ['pin', 'pay.rate'];

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  const fields = { items: { exclude: EXCLUDED } };
  [a, b] = [await world.a.open({ collections: { fields } }), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

const anyFields = fc.record(
  {
    name: fc.constantFrom('x', 'y', 'z'),
    pin: fc.nat({ max: 9 }),
    pay: fc.record({ rate: fc.nat({ max: 9 }), day: fc.nat({ max: 9 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const anyWrite = fc.record({
  by: fc.constantFrom('a', 'b', 'hand'),
  kind: fc.constantFrom('set', 'replace'),
  fields: anyFields,
});

/** What is done to one key. */
const history = fc.array(anyWrite, { minLength: 1, maxLength: 4 });
type Write = typeof anyWrite extends fc.Arbitrary<infer T> ? T : never;

/** Values that nobody else writes. */
const OWN = 100;

/** The write, with excluded values of its own where it is of the branch that excludes them. */
function written({ by, kind, fields }: Write): Write {
  if (by !== 'a') return { by, kind, fields };
  const { pin, pay, ...others } = fields;
  return {
    ...{ by, kind },
    fields: {
      ...others,
      ...(pin !== undefined && { pin: pin + OWN }),
      ...(pay && { pay: { ...pay, ...(pay.rate !== undefined && { rate: pay.rate + OWN }) } }),
    },
  };
}

async function carryOut({ by, kind, fields }: Write, _id: ObjectId): Promise<void> {
  // A hand on Atlas edits in place; branches write through capture.
  if (by === 'hand')
    await world.atlas.collection('items').updateOne({ _id }, { $set: { note: 1, ...fields } });
  else {
    const { collection } = (by === 'a' ? a : b).Item;
    if (kind === 'replace') await collection.replaceOne({ _id }, fields);
    else if (Object.keys(fields).length > 0) await collection.updateOne({ _id }, { $set: fields });
  }
}

type Fields = Readonly<Partial<Record<string, unknown>>>;
const rateOf = (fields: Fields): unknown => (fields['pay'] as Fields | undefined)?.['rate'];

/** The excluded fields after a write by this branch, whatever else was there. */
function keptAfter(kept: Fields, { kind, fields }: Write): Fields {
  const isReplaced = kind === 'replace';
  const setsPay = isReplaced || 'pay' in fields;
  return {
    pin: isReplaced || 'pin' in fields ? fields.pin : kept['pin'],
    rate: setsPay ? rateOf(fields) : kept['rate'],
  };
}

async function documentsOn(db: Db): Promise<ReadonlyMap<string, Document>> {
  const found = await db
    .collection('items')
    .find({}, { projection: { _syncMeta: 0 } })
    .toArray();
  return new Map(found.map((document) => [String(document._id), document]));
}

/** What travels, byte for byte. */
async function travelling(db: Db): Promise<readonly string[]> {
  const options = { raw: true, sort: { _id: 1 } } as const;
  const raw = (await db.collection('items').find({}, options).toArray()) as unknown as Uint8Array[];
  const set = exclusionSet([...EXCLUDED, '_syncMeta']);
  return raw.map((bytes) => Buffer.from(withoutExcluded(bytes, set)).toString('hex'));
}

describe('fields that one branch excludes', () => {
  it(
    'never leave it and are never changed in it by sync, and all else is the same everywhere',
    async () => {
      const histories = fc.sample(history, COUNT);
      const made = await a.Item.insertMany(histories.map((_, n) => ({ n })));
      for (const { sync } of [a, b]) await sync.idle();
      const expected = new Map<string, Fields>(made.map(({ _id }) => [String(_id), {}]));
      for (let round = 0; round < 4; round++) {
        for (const [i, { _id }] of made.entries()) {
          const chosen = histories[i]?.[round];
          if (!chosen) continue;
          const write = written(chosen);
          await carryOut(write, _id);
          const key = String(_id);
          if (write.by === 'a') expected.set(key, keptAfter(expected.get(key) ?? {}, write));
        }
        if (round === 1) for (const { sync } of [a, b]) await sync.idle();
      }
      for (const { sync } of [a, b, a, b]) await sync.idle();
      expect(await travelling(world.a.local)).toEqual(await travelling(world.atlas));
      expect(await storedBytes(world.b.local, 'items')).toEqual(await storedBytes(world.atlas, 'items'));
      for (const document of (await documentsOn(world.atlas)).values())
        expect([document['pin'], rateOf(document)].filter((value) => Number(value) >= OWN)).toEqual([]);
      const here = await documentsOn(world.a.local);
      for (const [id, kept] of expected) {
        const document = here.get(id) ?? {};
        expect([id, document['pin'], rateOf(document)]).toEqual([id, kept['pin'], kept['rate']]);
      }
    },
    TIMEOUT_MS,
  );
});
