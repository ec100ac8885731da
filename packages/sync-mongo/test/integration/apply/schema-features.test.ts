import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Document, ObjectId } from 'mongodb';
import { type Model, type Mongoose } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

/** A number that a hook reads. */
const numberIn = (document: { get(path: string): unknown }, path: string): number =>
  document.get(path) as number;

const fields = { staff: { exclude: ['pin', 'pay.rate', 'bank.iban'] } };

interface Branch extends BranchProcess {
  readonly Meal: Model<Document>;
  readonly Staff: Model<Document>;
  /** What hooks of staff have read of fields that do not travel. */
  readonly read: readonly unknown[];
}

let world: TwoBranches;
let a: Branch;
let b: Branch;

beforeAll(async () => {
  world = await startTwoBranches(['items', 'meals', 'staff']);
  [a, b] = [await open(world.a), await open(world.b)];
  for (const { sync } of [a, b]) await sync.start();
});
afterAll(async () => world.stop());

async function open(branch: TwoBranches['a']): Promise<Branch> {
  const process = await branch.open({ collections: { fields } });
  const read: unknown[] = [];
  const [Meal, Staff] = [compileMeals(process.mongoose), compileStaff(process.mongoose, read)];
  return { ...process, Meal, Staff, read };
}

/** Meals of two kinds, each with rules of its own, of parts that know when they were written. */
function compileMeals(mongoose: Mongoose): Model<Document> {
  const part = new mongoose.Schema({ name: String, grams: Number, heavy: Boolean }, { timestamps: true });
  part.pre('save', function () {
    this.set('heavy', numberIn(this, 'grams') > 100);
  });
  const base = new mongoose.Schema(
    {
      name: { type: String, lowercase: true },
      parts: [part],
      weight: { type: Number, get: (grams: number) => grams / 1000 },
    },
    { timestamps: true, discriminatorKey: 'kind' },
  );
  base.virtual('title').get(function () {
    return `*${String(this.get('name'))}*`;
  });
  base.pre('save', function () {
    const parts = this.get('parts') as readonly { readonly grams: number }[];
    this.set(
      'weight',
      parts.reduce((sum, { grams }) => sum + grams, 0),
    );
  });
  const hot = new mongoose.Schema({ degrees: { type: Number, max: 100 }, label: String });
  hot.pre('save', function () {
    this.set('label', `${String(this.get('title'))} ${String(this.get('degrees'))}`);
  });
  // Unique among cold meals; the others have none.
  const cold = new mongoose.Schema({
    frozen: { type: Boolean, required: true },
    shelf: { type: String, unique: true },
  });
  const meals = mongoose.model<Document>('Meal', base, 'meals');
  meals.discriminator('HotMeal', hot, 'hot');
  meals.discriminator('ColdMeal', cold, 'cold');
  return meals;
}

/** Staff with fields that stay in their branch, required on every level, and read by a hook. */
function compileStaff(mongoose: Mongoose, read: unknown[]): Model<Document> {
  const bank = new mongoose.Schema(
    { iban: { type: String, required: true }, name: { type: String, required: true } },
    { _id: false },
  );
  const schema = new mongoose.Schema({
    ...{ name: String, greeting: String, pin: { type: Number, required: true }, bank },
    pay: { rate: { type: Number, required: true }, day: String },
  });
  schema.pre('save', function () {
    read.push([this.get('pin'), this.get('pay.rate'), this.get('bank.iban')]);
    this.set('greeting', `hello ${String(this.get('name'))}`);
  });
  return mongoose.model<Document>('Staff', schema, 'staff');
}

async function arrived(collection: string, filter: object): Promise<void> {
  for (const { local } of [world.a, world.b])
    await waitFor(() => local.collection(collection).findOne(filter), {
      what: 'it on both branches',
      timeoutMs: 20_000,
    });
  for (const { sync } of [a, b, a]) await sync.idle();
}

const stored = async (_id: ObjectId): Promise<Document> => {
  const { _syncMeta, ...meal }: Document = (await world.atlas.collection('meals').findOne({ _id })) ?? {};
  return meal;
};

describe('a foreign write of a model with kinds, sub-documents, times, virtuals, getters and setters', () => {
  const _id = new ObjectId();
  const [partId, at] = [new ObjectId(), new Date(1_000)];

  it('is made into what the hooks of its kind make of it, and lacks the times that it lacked', async () => {
    await world.atlas.collection('meals').insertOne({
      ...{ _id, kind: 'hot', name: 'SOUP', title: 'no virtual', degrees: 80 },
      parts: [{ _id: partId, name: 'lentils', grams: 200, createdAt: at, updatedAt: at }],
    });
    await arrived('meals', { _id, label: '*soup* 80' });
    await world.equal('meals');
    expect(await stored(_id)).toMatchObject({ name: 'soup', title: 'no virtual', weight: 200 });
    expect(await stored(_id)).not.toHaveProperty('updatedAt');
    expect((await stored(_id))['parts']).toEqual([
      { _id: partId, name: 'lentils', grams: 200, createdAt: at, updatedAt: at, heavy: true },
    ]);
  });

  it('has what was changed in it processed, and keeps the times of all levels', async () => {
    const before = await stored(_id);
    const changes = { $set: { 'parts.0.grams': 50, degrees: 60 } };
    await world.atlas.collection('meals').updateOne({ _id }, changes);
    await arrived('meals', { _id, label: '*soup* 60' });
    await world.equal('meals');
    const parts = [{ ...(before['parts'] as [object])[0], grams: 50, heavy: false }];
    expect(await stored(_id)).toEqual({ ...before, parts, degrees: 60, weight: 50, label: '*soup* 60' });
  });

  it('is refused by the rules of its own kind alone', async () => {
    const [hot, cold] = [new ObjectId(), new ObjectId()];
    await world.atlas.collection('meals').insertMany([
      { _id: hot, kind: 'hot', name: 'lava', degrees: 900, parts: [] },
      { _id: cold, kind: 'cold', name: 'ice', degrees: 900, frozen: true, parts: [] },
    ]);
    await arrived('meals', { _id: cold });
    const reasons = (await b.sync.quarantine.list({ collection: 'meals' })).map(({ reason }) => reason);
    expect(reasons).toEqual(['Its model does not accept degrees (max).']);
    await world.atlas.collection('meals').updateOne({ _id: hot }, { $set: { degrees: 90 } });
    await arrived('meals', { _id: hot });
  });
});

describe('an edit of the application in a sub-document', () => {
  it('arrives with the times that its own server gave it, on all levels', async () => {
    const meal = await a.Meal.create({
      kind: 'cold',
      shelf: 'A',
      name: 'salad',
      frozen: false,
      parts: [{ name: 'leaf', grams: 5 }],
    });
    await arrived('meals', { _id: meal._id });
    await a.Meal.updateOne({ _id: meal._id, 'parts.name': 'leaf' }, { $set: { 'parts.$.grams': 7 } });
    await arrived('meals', { _id: meal._id, 'parts.grams': 7 });
    await world.equal('meals');
  });
});

describe('a foreign write of staff of which fields do not travel', () => {
  it('passes though required fields are missing in it on every level, and its hooks read those of this branch', async () => {
    const one = { name: 'one', pay: { rate: 1, day: 'monday' }, bank: { iban: 'A', name: 'of a' }, pin: 1 };
    const _id = (await a.Staff.create(one))._id as ObjectId;
    await arrived('staff', { _id, greeting: 'hello one' });
    await b.Staff.updateOne({ _id }, { $set: { pin: 2, 'pay.rate': 20, 'bank.iban': 'B' } });
    const before = [a.read.length, b.read.length] as const;
    await world.atlas
      .collection('staff')
      .updateOne({ _id }, { $set: { name: 'two', 'bank.name': 'of both' } });
    await arrived('staff', { _id, greeting: 'hello two' });
    const all = { name: 'two', greeting: 'hello two' };
    const there = await world.atlas.collection('staff').findOne({ _id });
    expect(there).toMatchObject({ ...all, pay: { day: 'monday' }, bank: { name: 'of both' } });
    expect([there?.['pin'], there?.['pay'].rate, there?.['bank'].iban]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const [ofA, ofB] = await Promise.all(
      [world.a, world.b].map(({ local }) => local.collection('staff').findOne({ _id })),
    );
    expect(ofA).toMatchObject({ ...all, pin: 1, pay: { rate: 1 }, bank: { iban: 'A', name: 'of both' } });
    expect(ofB).toMatchObject({ ...all, pin: 2, pay: { rate: 20 }, bank: { iban: 'B', name: 'of both' } });
    for (const seen of a.read.slice(before[0])) expect(seen).toEqual([1, 1, 'A']);
    for (const seen of b.read.slice(before[1])) expect(seen).toEqual([2, 20, 'B']);
    expect(a.read.length + b.read.length).toBeGreaterThan(before[0] + before[1]);
    expect(await b.sync.quarantine.list({ collection: 'staff' })).toEqual([]);
  });
});
