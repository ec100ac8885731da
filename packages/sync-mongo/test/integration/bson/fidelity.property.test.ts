import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BSON, type Collection, type Document, ObjectId } from 'mongodb';
import { type Model, type Mongoose } from 'mongoose';
import { anyFields, anyValue, type TwinDocument } from '../../unit/bson/arbitrary-bson.js';
import { idsOfAllTypes } from '../../unit/bson/ids-of-all-types.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import {
  hexOf,
  insertedAsTheyAre,
  storedAsTheyAre,
  wholeDocument,
  type WholeDocument,
} from './server-probe.js';
import { wholeStored } from './whole-stored.js';

const PER_TYPE = 10;
const TIMEOUT_MS = 120_000;
const ids = idsOfAllTypes(PER_TYPE);

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let prototypes: readonly (readonly string[])[];

beforeAll(async () => {
  prototypes = prototypeNames();
  world = await startTwoBranches(['items', 'things']);
  [a, b] = [await world.a.open(), await world.b.open()];
  for (const { mongoose } of [a, b]) thingModel(mongoose);
  await Promise.all([a.sync.start(), b.sync.start()]);
});
afterAll(async () => world.stop());

const prototypeNames = (): readonly (readonly string[])[] =>
  [Object, Array, Map, String].map(({ prototype }) => Object.getOwnPropertyNames(prototype));

/** Documents of any content of that kind, one under each of the `_id`s. */
function documentsOf(isWanted: (fields: TwinDocument) => boolean): readonly WholeDocument[] {
  const some = anyFields.filter((fields) => isNotOfTheModel(fields) && isWanted(fields));
  return ids.flatMap((id) => fc.sample(some, 1).map((fields) => wholeDocument(id, fields)));
}

/** Fields of the tests' model may be cast, which is no matter of bytes. */
function isNotOfTheModel({ document }: TwinDocument): boolean {
  return !['name', 'n', 'tags', '__v'].some((name) => document.has(name));
}

const namesOf = ({ document }: TwinDocument): readonly string[] => [...document.keys()];

/** An application's object has `10` before others to begin with, and no `_bsontype`; its Maps become objects at the top. */
const isOfAnObject = (of: TwinDocument): boolean =>
  namesOf(of).every((name) => name !== '_bsontype' && !/^\d+$/.test(name));

/** A server refuses names that begin with `$` at the top of a replacement, though it inserts them. */
const isReplacement = (of: TwinDocument): boolean =>
  isOfAnObject(of) && namesOf(of).every((name) => !name.startsWith('$'));

/** Through the captured collection of a branch, as an application uses the driver beside its models. */
const itemsOf = ({ Item }: BranchProcess): Collection => Item.collection;

async function rest(collection = 'items'): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle({ timeoutMs: TIMEOUT_MS });
  await world.equal(collection);
}

/** Replaces documents by these of the same `_id`s. Those whose update the server does not do are left as they were, and said. */
async function replacedIn(
  collection: Collection,
  documents: readonly WholeDocument[],
): Promise<readonly WholeDocument[]> {
  const replaced: WholeDocument[] = [];
  for (const each of documents) {
    const _id: unknown = (each.document as Map<string, unknown>).get('_id');
    try {
      await collection.replaceOne({ _id } as Document, each.document);
      replaced.push(each);
    } catch (error) {
      expect(error).toMatchObject({ code: 2 });
      process.stdout.write(`this server does not replace ${each.kinds.join(', ')}: ${String(error)}\n`);
    }
  }
  return replaced;
}

async function expectEverywhere(documents: readonly Uint8Array[]): Promise<void> {
  const expected = documents.map(hexOf).toSorted();
  for (const db of [world.atlas, world.b.local, world.a.local])
    expect(await wholeStored(db)).toEqual(expected);
}

describe('documents of every BSON type, with any names, and under _ids of every type', () => {
  it(
    'are the same bytes on Atlas and on the other branch, and so is what that one makes of them, on its way back',
    async () => {
      const first = await storedAsTheyAre(world.a.local, documentsOf(isOfAnObject));
      expect(first.length).toBeGreaterThanOrEqual(100);
      const insertion = { ordered: false, forceServerObjectId: true } as const;
      await itemsOf(a).insertMany(
        first.map(({ document }) => document),
        insertion,
      );
      await rest();
      await expectEverywhere(first.map(({ bytes }) => bytes));
      const others = documentsOf(isReplacement).filter((other) =>
        first.some((one) => sameId(one.bytes, other.bytes)),
      );
      const then = await storedAsTheyAre(world.b.local, others);
      const replaced = await replacedIn(itemsOf(b), then);
      expect(replaced.length).toBeGreaterThan(90);
      await rest();
      const kept = first.filter(({ bytes }) => !replaced.some((other) => sameId(other.bytes, bytes)));
      await expectEverywhere([...kept, ...replaced].map(({ bytes }) => bytes));
      await itemsOf(b).deleteMany({});
      await rest();
      await expectEverywhere([]);
    },
    TIMEOUT_MS,
  );

  it(
    'are the same bytes on all branches where a foreign hand writes them on Atlas, past every driver',
    async () => {
      const all = documentsOf(() => true).map(({ bytes }) => bytes);
      const server = world.databases.atlas;
      const exact = await insertedAsTheyAre({ db: world.atlas, server, collection: 'items' }, all);
      await rest();
      await expectEverywhere(all.filter((bytes) => exact.has(hexOf(bytes))));
      await world.atlas.collection('items').deleteMany({});
      await rest();
      await expectEverywhere([]);
    },
    TIMEOUT_MS,
  );

  it('have one key where the server calls their _ids equal, and two for an ObjectId and its text', async () => {
    const hex = '0123456789abcdef01234567';
    await a.Item.collection.insertOne({ _id: new BSON.Int32(1), name: 'one' } as never);
    const duplicates = [new BSON.Double(1), BSON.Long.fromNumber(1), BSON.Decimal128.fromString('1.0')];
    for (const _id of duplicates)
      await expect(a.Item.collection.insertOne({ _id } as never)).rejects.toMatchObject({ code: 11_000 });
    await a.Item.collection.insertMany([{ _id: new ObjectId(hex) }, { _id: hex }] as never[]);
    await rest();
    await b.Item.collection.updateOne({ _id: new BSON.Double(1) }, { $set: { name: 'uno' } });
    await rest();
    expect(await a.Item.collection.findOne({ name: 'uno' })).toMatchObject({ _id: 1 });
    await b.Item.collection.deleteOne({ _id: hex } as never);
    await rest();
    expect(await a.Item.collection.countDocuments({ _id: new ObjectId(hex) })).toBe(1);
    expect(await a.Item.collection.countDocuments({ _id: hex } as never)).toBe(0);
    await itemsOf(a).deleteMany({});
    await rest();
  });
});

function sameId(one: Uint8Array, other: Uint8Array): boolean {
  const idOf = (bytes: Uint8Array): string => {
    const [element] = BSON.onDemand.parseToElements(bytes);
    return element ? hexOf(bytes.subarray(4, element[3] + element[4])) : '';
  };
  return idOf(one) === idOf(other);
}

interface Thing {
  _id: ObjectId;
  mixed?: unknown;
  list?: unknown[];
  byName?: Map<string, unknown>;
}

function thingModel(mongoose: Mongoose): Model<Thing> {
  const { Mixed } = mongoose.Schema.Types;
  return mongoose.model<Thing>(
    'Thing',
    new mongoose.Schema<Thing>(
      { mixed: Mixed, list: [Mixed], byName: { type: Map, of: Mixed } },
      { minimize: false },
    ),
  );
}

describe('documents that Mongoose stores', () => {
  it(
    'are the same bytes on Atlas and on the other branch, whatever Mongoose has made of the values',
    async () => {
      const Thing = a.mongoose.model<Thing>('Thing');
      const values = fc.sample(anyValue, 120).map(({ value }) => value);
      const isStored = await Promise.all(
        values.map((mixed, i) =>
          Thing.create({ mixed, list: [mixed, i], byName: new Map([['some', mixed]]) }).then(
            () => true,
            () => false, // Mongoose itself has no place for it
          ),
        ),
      );
      expect(isStored.filter((is) => is).length).toBeGreaterThanOrEqual(100);
      const before = await wholeStored(world.a.local, 'things');
      await rest('things');
      for (const db of [world.atlas, world.b.local, world.a.local])
        expect(await wholeStored(db, 'things')).toEqual(before);
    },
    TIMEOUT_MS,
  );
});

describe('the prototypes of the process', () => {
  it('are as they were before all that', () => {
    expect(prototypeNames()).toEqual(prototypes);
    expect(({} as Document)['polluted']).toBeUndefined();
  });
});
