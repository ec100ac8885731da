import { type Call } from '../measure/interleave.js';
import { type Bill, billOf } from './bill.js';
import { type Contestant } from './contestants.js';

/** The most that capture is to cost: against the plain write, against the one marked by hand, and in the slow cases. */
export interface Goals {
  readonly plain: number | null;
  readonly byHand: number | null;
  readonly p99: number | null;
}

/** A way of the application to write. */
export interface Task {
  readonly name: string;
  /** Documents per call. */
  readonly size: number;
  /** Calls per run. */
  readonly count: number;
  readonly goals: (bytes: number) => Goals;
  /** Makes the calls of a run, with all that they need, so that only the writing is timed. */
  readonly prepare: (contestant: Contestant, bytes: number) => Promise<readonly Call[]>;
}

const SINGLE: Goals = { plain: 1.15, byHand: 1.05, p99: 1.25 };
const STATED: Goals = { plain: null, byHand: null, p99: null };
const bulk = (bytes: number): Goals => ({ plain: bytes <= 256 ? 1.5 : 1.25, byHand: 1.1, p99: null });

const SINGLES = { size: 1, count: 400 };
const BULKS = { size: 500, count: 8 };

/** What `pnpm bench capture` measures. */
export const tasks: readonly Task[] = [
  {
    ...{ name: 'Model.create', ...SINGLES, goals: () => SINGLE },
    prepare: async ({ Bill, document }, bytes) =>
      bills(bytes, SINGLES.count).map((bill) => {
        const given = document(bill);
        return () => Bill.create(given);
      }),
  },
  {
    ...{ name: 'updateOne', ...SINGLES, goals: () => SINGLE },
    prepare: async (contestant, bytes) =>
      (await seeded(contestant, bytes, SINGLES.count)).map(({ _id, number }) => {
        const update = contestant.update({ number: number + 1 });
        return () => contestant.Bill.updateOne({ _id }, update);
      }),
  },
  {
    ...{ name: 'insertMany', ...BULKS, goals: bulk },
    prepare: async ({ Bill, document }, bytes) =>
      pages(bytes, BULKS).map((page) => {
        const given = page.map(document);
        return () => Bill.insertMany(given);
      }),
  },
  {
    ...{ name: 'bulkWrite insertOne', ...BULKS, goals: bulk },
    prepare: async ({ Bill, document }, bytes) =>
      pages(bytes, BULKS).map((page) => {
        const operations = page.map((bill) => ({ insertOne: { document: document(bill) as Bill } }));
        return () => Bill.bulkWrite(operations);
      }),
  },
  {
    ...{ name: 'bulkWrite updateOne', ...BULKS, goals: bulk },
    prepare: async (contestant, bytes) =>
      (await seededPages(contestant, bytes)).map((page) => {
        const operations = page.map(({ _id, number }) => ({
          updateOne: { filter: { _id }, update: contestant.update({ number: number + 1 }) },
        }));
        return () => contestant.Bill.bulkWrite(operations);
      }),
  },
  {
    ...{ name: 'replaceOne', ...SINGLES, goals: () => STATED },
    prepare: async (contestant, bytes) =>
      (await seeded(contestant, bytes, SINGLES.count)).map((bill) => {
        const replacement = contestant.document({ ...bill, number: bill.number + 1 });
        return () => contestant.Bill.replaceOne({ _id: bill._id }, replacement);
      }),
  },
  {
    ...{ name: 'bulkWrite replaceOne', ...BULKS, goals: () => STATED },
    prepare: async (contestant, bytes) =>
      (await seededPages(contestant, bytes)).map((page) => {
        const operations = page.map((bill) => ({
          replaceOne: {
            filter: { _id: bill._id },
            replacement: contestant.document({ ...bill, number: bill.number + 1 }) as Bill,
          },
        }));
        return () => contestant.Bill.bulkWrite(operations);
      }),
  },
  {
    ...{ name: 'deleteOne', ...SINGLES, goals: () => STATED },
    prepare: async (contestant, bytes) =>
      (await seeded(contestant, bytes, SINGLES.count)).map(
        ({ _id }) =>
          () =>
            contestant.Bill.deleteOne({ _id }),
      ),
  },
  {
    ...{ name: 'deleteMany', ...BULKS, goals: () => STATED },
    prepare: async (contestant, bytes) =>
      (await seededPages(contestant, bytes)).map((page) => {
        const filter = { _id: { $in: page.map(({ _id }) => _id) } };
        return () => contestant.Bill.deleteMany(filter);
      }),
  },
];

function bills(bytes: number, count: number): readonly Bill[] {
  return Array.from({ length: count }, (_, number) => billOf(bytes, number));
}

function pages(
  bytes: number,
  { size, count }: { size: number; count: number },
): readonly (readonly Bill[])[] {
  return Array.from({ length: count }, () => bills(bytes, size));
}

async function seeded({ seed }: Contestant, bytes: number, count: number): Promise<readonly Bill[]> {
  const seeds = bills(bytes, count);
  await seed(seeds);
  return seeds;
}

async function seededPages({ seed }: Contestant, bytes: number): Promise<readonly (readonly Bill[])[]> {
  const seeds = pages(bytes, BULKS);
  for (const page of seeds) await seed(page);
  return seeds;
}
