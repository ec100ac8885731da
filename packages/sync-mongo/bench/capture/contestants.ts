import { HybridClock } from '@bomba/sync-core';
import { createSync, type Sync } from '@bomba/sync-mongo';
import { Binary, type Collection, type Document } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { type Bill, billFields } from './bill.js';

/** Without sync; with an id given by hand in a collection with the same index, the server's own price; captured. */
export type Way = 'plain' | 'by hand' | 'captured';

/** One way to write, with a model of its own collection. */
export interface Contestant {
  readonly way: Way;
  readonly Bill: Model<Bill>;
  /** The document as this way's application hands it in. */
  readonly document: (bill: Bill) => Document;
  /** The update as this way's application hands it in. */
  readonly update: (set: Document) => Document;
  /** Puts documents there as they are found by later writes. */
  readonly seed: (bills: readonly Bill[]) => Promise<void>;
}

/** All contestants, on one server. */
export interface Contest {
  readonly contestants: readonly Contestant[];
  readonly end: () => Promise<void>;
}

const DIRTY = '_syncMeta.dirty';
/** Nothing is pushed here: all keys have to find their place in the queue. */
const QUEUE = { maxSize: 5_000_000 };
const clock = new HybridClock({
  clock: { now: () => Date.now() },
  random: { bytes: (count) => randomBytes(count) },
});

/** Connects the contestants, each with a Mongoose of its own, to new collections. */
export async function openContest(uri: string): Promise<Contest> {
  const opened = await Promise.all([openPlain(uri), openByHand(uri), openCaptured(uri)]);
  return {
    contestants: opened.map(({ contestant }) => contestant),
    end: async () => {
      for (const { contestant, sync, mongoose } of opened) {
        await sync?.stop();
        await beneath(contestant.Bill).drop();
        await mongoose.disconnect();
      }
    },
  };
}

interface Opened {
  readonly contestant: Contestant;
  readonly mongoose: Mongoose;
  readonly sync?: Sync;
}

async function openPlain(uri: string): Promise<Opened> {
  const mongoose = new Mongoose();
  const Bill = modelOf(mongoose, 'plain');
  await mongoose.connect(uri);
  const contestant: Contestant = {
    way: 'plain',
    Bill,
    document: (bill) => ({ ...bill }),
    update: (set) => ({ $set: set }),
    seed: (bills) => insert(Bill, bills.map(toDocument)),
  };
  return { contestant, mongoose };
}

async function openByHand(uri: string): Promise<Opened> {
  const mongoose = new Mongoose();
  const Bill = modelOf(mongoose, 'by-hand', { _syncMeta: Schema.Types.Mixed });
  await mongoose.connect(uri);
  await Bill.collection.createIndexes([{ key: { [DIRTY]: 1 }, sparse: true }]);
  const contestant: Contestant = {
    way: 'by hand',
    Bill,
    document: marked,
    update: (set) => ({ $set: { ...set, [DIRTY]: newId() } }),
    seed: (bills) => insert(Bill, bills.map(marked)),
  };
  return { contestant, mongoose };
}

async function openCaptured(uri: string): Promise<Opened> {
  const mongoose = new Mongoose();
  const sync = createSync({ mongoose, atlas: { uri: undefined }, queue: QUEUE });
  const Bill = modelOf(mongoose, 'captured');
  await mongoose.connect(uri);
  await sync.start();
  const seed = (bills: readonly Bill[]): Promise<void> => insert(Bill, bills.map(marked));
  const contestant: Contestant = {
    way: 'captured',
    Bill,
    document: (bill) => ({ ...bill }),
    update: (set) => ({ $set: set }),
    seed,
  };
  return { contestant, mongoose, sync };
}

function modelOf(mongoose: Mongoose, way: string, extra: Record<string, unknown> = {}): Model<Bill> {
  const fields = { ...billFields, ...extra };
  const schema = new Schema(fields, { collection: `bills-${way}`, versionKey: false });
  return mongoose.model('Bill', schema) as unknown as Model<Bill>;
}

/** The driver's own collection, which capture does not see. */
function beneath({ db, collection }: Model<Bill>): Collection {
  return db.getClient().db(db.name).collection(collection.name);
}

async function insert(model: Model<Bill>, documents: readonly Document[]): Promise<void> {
  await beneath(model).insertMany([...documents]);
}

function toDocument(bill: Bill): Document {
  return { ...bill };
}

function marked(bill: Bill): Document {
  return { ...bill, _syncMeta: { dirty: newId() } };
}

function newId(): Binary {
  return new Binary(Buffer.from(clock.next().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID);
}
