import { type Db } from 'mongodb';
import { type Bill, billOf } from '../capture/bill.js';
import { grownBy, memoryGrowth, type MemoryGrowth } from '../measure/memory-growth.js';
import { median } from '../measure/percentile.js';
import { heldIn, type Row } from '../report/row.js';
import { type Suite, type SuiteOptions } from '../suite.js';
import { type Arena, begin, openArena, SYNCED, timeUntilSynced } from '../sync/arena.js';
import { type Times } from '../sync/times.js';
import { versionOf } from '../sync/version.js';

const COUNT = Number(process.env['BOMBA_BENCH_DOCUMENTS'] ?? 50_000);
const PAGE = 1_000;
const SIZES = [250, 1024] as const;
/** At most so many times what reading both sides takes. */
const GOAL = 1.1;

const CHANGED = Math.ceil(COUNT / 100);
/** So much of reading both sides where one document in a hundred has changed. */
const CHANGED_GOAL = 0.1;

/** What it costs to compare two sides that hold the same. */
export const fullSyncSuite: Suite = {
  name: 'fullsync',
  about: 'What a full sync of equal sides takes, against reading both of them.',
  run: async (options) => {
    const rows: Row[] = [];
    let databases = '';
    for (const bytes of SIZES.filter((size) => `${size} B`.includes(options.only ?? ''))) {
      const arena = await openArena();
      databases = arena.databases;
      try {
        options.onProgress(`${COUNT} documents of ${bytes} B: stored on both sides`);
        const bills = await share(arena, bytes);
        await begin(arena.a);
        rows.push(...(await measure(arena, { bytes, bills, options })));
      } finally {
        await arena.end();
      }
    }
    const references = [
      'raw: two scans at once of the same documents, sorted by _id, as bytes that nobody decodes',
      'times are per document',
    ];
    return { databases, references, rows };
  },
};

/** Puts the same documents on both sides, as if they had been synced before. Answers those that are to change. */
async function share({ a, atlas }: Arena, bytes: number): Promise<readonly Bill[]> {
  const toChange: Bill[] = [];
  for (let at = 0; at < COUNT; at += PAGE) {
    const bills = Array.from({ length: Math.min(PAGE, COUNT - at) }, (_, i) => billOf(bytes, at + i));
    const documents = bills.map((bill) => versionOf(bill).document);
    await Promise.all([a.local, atlas].map((db) => db.collection(SYNCED).insertMany(documents)));
    toChange.push(...bills.filter(({ number }) => number % Math.floor(COUNT / CHANGED) === 0));
  }
  return toChange.slice(0, CHANGED);
}

interface Measured {
  readonly bytes: number;
  readonly bills: readonly Bill[];
  readonly options: SuiteOptions;
}

async function measure(arena: Arena, { bytes, bills, options }: Measured): Promise<readonly Row[]> {
  const name = `${COUNT} documents, ${bytes} B`;
  const [all, changed]: [(Times & MemoryGrowth)[], (Times & MemoryGrowth)[]] = [[], []];
  for (let run = 0; run <= options.runs; run++) {
    options.onProgress(run === 0 ? `${name}: warming up` : `${name}: run ${run} of ${options.runs}`);
    const raw = (await timeOf(() => Promise.all([arena.a.local, arena.atlas].map(readAll)))) / COUNT;
    const whole = await timeAndMemory(options, () => compare(arena, COUNT));
    options.onProgress(`${name}: ${whole.engine.toFixed(1)} µs, ${grownBy(whole)}`);
    await change(arena, bills);
    const again = await timeAndMemory(options, () => compare(arena, CHANGED));
    if (run === 0) continue;
    all.push({ raw, ...whole });
    changed.push({ raw, ...again });
  }
  return [
    rowOf({ name: `${name}, equal`, goal: GOAL }, all),
    rowOf({ name: `${name}, 1 % changed`, goal: CHANGED_GOAL }, changed),
  ];
}

async function timeAndMemory(
  options: SuiteOptions,
  work: () => Promise<void>,
): Promise<MemoryGrowth & Pick<Times, 'engine'>> {
  let engine = 0;
  const timed = async (): Promise<void> => {
    engine = (await timeOf(work)) / COUNT;
  };
  const grown = await memoryGrowth(timed, options);
  return { engine, ...grown };
}

function rowOf(
  { name, goal }: { readonly name: string; readonly goal: number },
  times: readonly (Times & MemoryGrowth)[],
): Row {
  return {
    name,
    times: { raw: median(times.map(({ raw }) => raw)), engine: median(times.map(({ engine }) => engine)) },
    ratios: {
      'time / raw': { value: median(times.map(({ raw, engine }) => engine / raw)), goal },
      ...heldIn(times),
    },
  };
}

/** Another instance writes new versions, and the branch takes them. */
async function change({ a, atlas }: Arena, bills: readonly Bill[]): Promise<void> {
  const here = timeUntilSynced(a.sync, { direction: 'atlas-to-local', count: bills.length });
  const operations = bills.map((bill) => ({
    replaceOne: { filter: { _id: bill._id }, replacement: versionOf(bill).document },
  }));
  await atlas.collection(SYNCED).bulkWrite(operations, { ordered: false });
  await here;
  await a.sync.idle();
}

async function readAll(db: Db): Promise<void> {
  let count = 0;
  const cursor = db.collection(SYNCED).find({}, { sort: { _id: 1 }, batchSize: PAGE, raw: true });
  while (await cursor.hasNext()) count += cursor.readBufferedDocuments().length;
  if (count !== COUNT) throw new Error(`a scan has read ${count} documents`);
}

/** Compares everything, or what has changed since the last time, where that is not everything. */
async function compare({ a }: Arena, count: number): Promise<void> {
  const { collections } = await a.sync.fullSync({ dryRun: true, changedOnly: count < COUNT });
  const bills = collections.find(({ collection }) => collection === SYNCED);
  const { comparedCount, differentCount } = bills ?? { comparedCount: 0, differentCount: 0 };
  if (comparedCount < count || comparedCount > 2 * count || differentCount !== 0)
    throw new Error(`compared ${comparedCount}, of which ${differentCount} differ`);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) * 1000;
}
