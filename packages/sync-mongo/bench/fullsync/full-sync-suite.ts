import { type Db } from 'mongodb';
import { billOf } from '../capture/bill.js';
import { median } from '../measure/percentile.js';
import { type Row } from '../report/row.js';
import { type Suite, type SuiteOptions } from '../suite.js';
import { type Arena, begin, openArena, SYNCED } from '../sync/arena.js';
import { inPages, type Times } from '../sync/times.js';
import { versionOf } from '../sync/version.js';

const COUNT = Number(process.env['BOMBA_BENCH_DOCUMENTS'] ?? 50_000);
const PAGE = 1_000;
/** At most so many times what reading both sides takes. */
const GOAL = 1.1;

/** What it costs to compare two sides that hold the same. */
export const fullSyncSuite: Suite = {
  name: 'fullsync',
  about: 'What a full sync of equal sides takes, against reading both of them.',
  run: async (options) => {
    const rows: Row[] = [];
    let databases = '';
    for (const bytes of [250, 1024]) {
      const arena = await openArena();
      databases = arena.databases;
      try {
        options.onProgress(`${COUNT} documents of ${bytes} B: stored on both sides`);
        await share(arena, bytes);
        await begin(arena.a);
        rows.push(await measure(arena, { bytes, options }));
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

/** Puts the same documents on both sides, as if they had been synced before. */
async function share({ a, atlas }: Arena, bytes: number): Promise<void> {
  const numbers = Array.from({ length: COUNT }, (_, number) => number);
  for (const page of inPages(numbers, PAGE)) {
    const documents = page.map((number) => versionOf(billOf(bytes, number)).document);
    await Promise.all([a.local, atlas].map((db) => db.collection(SYNCED).insertMany(documents)));
  }
}

async function measure(
  arena: Arena,
  { bytes, options }: { readonly bytes: number; readonly options: SuiteOptions },
): Promise<Row> {
  const name = `${COUNT} equal documents, ${bytes} B`;
  const times: Times[] = [];
  for (let run = 0; run <= options.runs; run++) {
    options.onProgress(run === 0 ? `${name}: warming up` : `${name}: run ${run} of ${options.runs}`);
    const raw = await timeOf(() => Promise.all([arena.a.local, arena.atlas].map(readAll)));
    const engine = await timeOf(() => compare(arena));
    if (run > 0) times.push({ raw: raw / COUNT, engine: engine / COUNT });
  }
  return {
    name,
    times: { raw: median(times.map(({ raw }) => raw)), engine: median(times.map(({ engine }) => engine)) },
    ratios: { 'time / raw': { value: median(times.map(({ raw, engine }) => engine / raw)), goal: GOAL } },
  };
}

async function readAll(db: Db): Promise<void> {
  let count = 0;
  const cursor = db.collection(SYNCED).find({}, { sort: { _id: 1 }, batchSize: PAGE, raw: true });
  while (await cursor.hasNext()) count += cursor.readBufferedDocuments().length;
  if (count !== COUNT) throw new Error(`a scan has read ${count} documents`);
}

async function compare({ a }: Arena): Promise<void> {
  const { collections } = await a.sync.fullSync({ collections: [SYNCED], dryRun: true });
  const [{ comparedCount, differentCount } = { comparedCount: 0, differentCount: 0 }] = collections;
  if (comparedCount !== COUNT || differentCount !== 0)
    throw new Error(`compared ${comparedCount}, of which ${differentCount} differ`);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) * 1000;
}
