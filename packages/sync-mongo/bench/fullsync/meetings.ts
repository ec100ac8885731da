import { BSON, type Db, type Document } from 'mongodb';
import { type Bill, billOf } from '../capture/bill.js';
import { type Arena, byHand, SYNCED } from '../sync/arena.js';
import { versionOf } from '../sync/version.js';

/** How many documents a branch and Atlas have to share. */
export const COUNT = Number(process.env['BOMBA_BENCH_DOCUMENTS'] ?? 20_000);
export const BYTES = 250;
const PAGE = 1_000;
/** 0.85 of the rate of a copy by hand. */
const GOAL = 1.18;

/** What a branch and Atlas hold when they meet for the first time. */
export interface Meeting {
  readonly name: string;
  readonly goal: number | null;
  /** Stores that. */
  readonly fill: (arena: Arena) => Promise<void>;
  /** The same done by hand, once both sides are equal. */
  readonly byHand: (arena: Arena) => Promise<void>;
}

export const meetings: readonly Meeting[] = [
  {
    name: 'equal on both sides, without versions',
    goal: null,
    fill: ({ a, atlas }) => fill([a.local, atlas], asIs),
    byHand: async ({ a, atlas }) => {
      await Promise.all([readAll(a.local), readAll(atlas)]);
    },
  },
  {
    name: 'all on Atlas, with versions',
    goal: GOAL,
    fill: ({ atlas }) => fill([atlas], (bill) => versionOf(bill).document),
    byHand: ({ a, atlas }) => copy(atlas, a.local),
  },
  {
    name: 'all on Atlas, without versions',
    goal: GOAL,
    fill: ({ atlas }) => fill([atlas], asIs),
    byHand: ({ a, atlas }) => copy(atlas, a.local),
  },
  {
    name: 'all on Local, without versions',
    goal: GOAL,
    fill: ({ a }) => fill([a.local], asIs),
    byHand: ({ a, atlas }) => copy(a.local, atlas),
  },
  {
    name: 'all on Local, written under capture',
    goal: GOAL,
    fill: ({ a }) => fill([a.local], (bill) => ({ ...bill, _syncMeta: { dirty: versionOf(bill).stamp } })),
    byHand: ({ a, atlas }) => copy(a.local, atlas),
  },
];

function asIs(bill: Bill): Document {
  return bill;
}

async function fill(dbs: readonly Db[], toDocument: (bill: Bill) => Document): Promise<void> {
  for (let at = 0; at < COUNT; at += PAGE) {
    const documents = Array.from({ length: Math.min(PAGE, COUNT - at) }, (_, i) =>
      toDocument(billOf(BYTES, at + i)),
    );
    await Promise.all(dbs.map((db) => db.collection(SYNCED).insertMany(documents)));
  }
}

/** Reads all documents as bytes, in the order of their ids. */
export async function readAll(
  db: Db,
  take: (page: readonly Uint8Array[]) => Promise<void> = nowhere,
): Promise<void> {
  let count = 0;
  const cursor = db.collection(SYNCED).find({}, { sort: { _id: 1 }, batchSize: PAGE, raw: true });
  while (await cursor.hasNext()) {
    const page = cursor.readBufferedDocuments() as unknown as readonly Uint8Array[];
    count += page.length;
    await take(page);
  }
  if (count !== COUNT) throw new Error(`a scan has read ${count} documents`);
}

const nowhere = (): Promise<void> => Promise.resolve();

/** Into the collection beside the synced one, which has the same indexes. */
async function copy(from: Db, to: Db): Promise<void> {
  await readAll(from, async (page) => {
    const documents = page.map((raw) => BSON.deserialize(raw));
    await byHand(to).insertMany(documents, { ordered: false });
  });
}
