import { BSON, type Db } from 'mongodb';
import { type Bill, billOf } from '../capture/bill.js';
import { median } from '../measure/percentile.js';
import { type Row } from '../report/row.js';
import { type Suite } from '../suite.js';
import { type Arena, begin, byHand, openArena, SYNCED } from '../sync/arena.js';
import { inPages, type Times } from '../sync/times.js';

const COUNT = Number(process.env['BOMBA_BENCH_DOCUMENTS'] ?? 20_000);
const BYTES = 250;
const PAGE = 1_000;
/** 0.85 of the rate of a copy by hand. */
const GOAL = 1.18;

/** What a branch and Atlas hold when they meet for the first time. */
interface Meeting {
  readonly name: string;
  readonly goal: number | null;
  readonly filled: (arena: Arena) => readonly Db[];
  /** The same done by hand, once both sides are equal. */
  readonly byHand: (arena: Arena) => Promise<void>;
}

const meetings: readonly Meeting[] = [
  {
    name: 'equal on both sides',
    goal: null,
    filled: ({ a, atlas }) => [a.local, atlas],
    byHand: async ({ a, atlas }) => {
      await Promise.all([readAll(a.local), readAll(atlas)]);
    },
  },
  {
    name: 'all on Atlas',
    goal: GOAL,
    filled: ({ atlas }) => [atlas],
    byHand: ({ a, atlas }) => copy(atlas, a.local),
  },
  {
    name: 'all on Local',
    goal: GOAL,
    filled: ({ a }) => [a.local],
    byHand: ({ a, atlas }) => copy(a.local, atlas),
  },
];

/** What it takes a branch to meet Atlas for the first time, with documents that have no versions. */
export const firstStartSuite: Suite = {
  name: 'firststart',
  about: 'What the first start of a branch takes, against a copy by hand.',
  run: async (options) => {
    const rows: Row[] = [];
    let databases = '';
    for (const meeting of meetings) {
      const times: Times[] = [];
      for (let run = 1; run <= options.runs; run++) {
        options.onProgress(`${meeting.name}: run ${run} of ${options.runs}`);
        const { used, ...measured } = await measure(meeting);
        databases = used;
        times.push(measured);
      }
      rows.push(rowOf(meeting, times));
    }
    const references = [
      `${COUNT} documents of ${BYTES} B without versions`,
      'raw: the documents read as bytes in the order of their ids, where one side lacks them also inserted there, unordered; ' +
        'equal ones only read, on both sides at once',
      'times are per document',
    ];
    return { databases, references, rows };
  },
};

async function measure(meeting: Meeting): Promise<Times & { readonly used: string }> {
  const arena = await openArena();
  try {
    const bills: readonly Bill[] = Array.from({ length: COUNT }, (_, number) => billOf(BYTES, number));
    for (const page of inPages(bills, PAGE))
      await Promise.all(meeting.filled(arena).map((db) => db.collection<Bill>(SYNCED).insertMany([...page])));
    const engine = await timeOf(() => begin(arena.a));
    for (const db of [arena.a.local, arena.atlas]) await readAll(db);
    await arena.a.sync.stop();
    const raw = await timeOf(() => meeting.byHand(arena));
    return { engine: engine / COUNT, raw: raw / COUNT, used: arena.databases };
  } finally {
    await arena.end();
  }
}

async function readAll(
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

function rowOf({ name, goal }: Meeting, times: readonly Times[]): Row {
  const ratio = median(times.map(({ raw, engine }) => engine / raw));
  return {
    name,
    times: { raw: median(times.map(({ raw }) => raw)), engine: median(times.map(({ engine }) => engine)) },
    ratios: { 'time / raw': { value: ratio, goal } },
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) * 1000;
}
