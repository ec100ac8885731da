import { afterEach, describe, expect, it } from '@jest/globals';
import { type ApplyLogic } from '@bomba/sync-core';
import { type Db, type Document } from 'mongodb';
import { type Mongoose } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

interface User {
  _id: string;
  name: string;
  password: string;
}

const COLLECTIONS = ['items', 'users', 'members'] as const;
const MODELS = COLLECTIONS.slice(1);
const HASHED = 'hash(secret)';

let world: TwoBranches;
afterEach(async () => world.stop());

/** What a hook hashes, be it hashed already or not. */
function compile(mongoose: Mongoose, name: string, when: 'isModified' | 'isNew'): void {
  const schema = new mongoose.Schema<User>({ _id: String, name: String, password: String });
  schema.pre('save', function hash() {
    const isDue = when === 'isNew' ? this.isNew : this.isModified('password');
    if (isDue) this.set('password', `hash(${this.password})`);
  });
  mongoose.model<User>(name, schema, `${name}s`);
}

async function open(branch: TwoBranches['a'], applyLogic: ApplyLogic): Promise<BranchProcess> {
  const process = await branch.open({ applyLogic });
  compile(process.mongoose, 'user', 'isModified');
  compile(process.mongoose, 'member', 'isNew');
  await process.sync.start();
  await process.sync.idle();
  return process;
}

const user = (id: string): Document => ({ _id: id as never, name: id, password: HASHED });

/** Users of an application that ran before there was any sync: hashed, and without metadata. */
async function fill(places: Readonly<Record<string, readonly Db[]>>): Promise<void> {
  for (const [id, databases] of Object.entries(places))
    for (const db of databases) for (const name of MODELS) await db.collection(name).insertOne(user(id));
}

async function users(db: Db, name: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await db.collection(name).find().sort({ _id: 1 }).toArray();
  return Object.fromEntries(found.map(({ _id, password }) => [String(_id), password as unknown]));
}

describe.each(['foreign', 'always'] as const)(
  'documents from before there was any sync, with applyLogic %s',
  (applyLogic) => {
    it('are new to nobody when branches join, one after the other: no password is hashed again', async () => {
      world = await startTwoBranches(COLLECTIONS);
      const [a, b] = [world.a.local, world.b.local];
      const places = {
        ...{ 'on all': [a, b, world.atlas], 'on Atlas': [world.atlas], 'on Atlas and a': [a, world.atlas] },
        ...{ 'on Atlas and b': [b, world.atlas], 'on a': [a], 'on b': [b], 'on a and b': [a, b] },
      };
      await fill(places);
      const expected = Object.fromEntries(Object.keys(places).map((id) => [id, HASHED]));
      const first = await open(world.a, applyLogic);
      const second = await open(world.b, applyLogic);
      await first.sync.idle();
      for (const name of MODELS) {
        await world.equal(name);
        for (const db of [a, b, world.atlas]) expect(await users(db, name)).toEqual(expected);
      }
      expect(await second.sync.conflicts.list()).toEqual([]);

      await second.end();
      const again = await open(world.b, applyLogic);
      const named = { $set: { name: 'by a foreign hand' } };
      for (const name of MODELS) await world.atlas.collection(name).updateMany({}, named);
      for (const { sync } of [first, again]) await sync.idle();
      for (const name of MODELS) {
        await world.equal(name);
        for (const db of [a, b, world.atlas]) expect(await users(db, name)).toEqual(expected);
        expect(await b.collection(name).countDocuments({ name: 'by a foreign hand' })).toBe(7);
      }
    });
  },
);
