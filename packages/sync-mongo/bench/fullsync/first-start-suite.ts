import { grownBy, memoryGrowth, type MemoryGrowth } from '../measure/memory-growth.js';
import { median } from '../measure/percentile.js';
import { heldIn, type Row } from '../report/row.js';
import { type Suite } from '../suite.js';
import { begin, openArena } from '../sync/arena.js';
import { type Times } from '../sync/times.js';
import { BYTES, COUNT, type Meeting, meetings, readAll } from './meetings.js';

/** What it takes a branch to meet Atlas for the first time. */
export const firstStartSuite: Suite = {
  name: 'firststart',
  about: 'What the first start of a branch takes, against a copy by hand.',
  run: async ({ runs, only, held, onProgress }) => {
    const rows: Row[] = [];
    let databases = '';
    for (const meeting of meetings.filter(({ name }) => name.includes(only ?? ''))) {
      const times: Measured[] = [];
      for (let run = 1; run <= runs; run++) {
        const measured = await measure(meeting, held);
        databases = measured.used;
        times.push(measured);
        const [engine, raw] = [measured.engine, measured.raw].map((each) => each.toFixed(0));
        onProgress(
          `${meeting.name}: run ${run} of ${runs}: ${engine} µs, by hand ${raw} µs, ${grownBy(measured)}`,
        );
      }
      rows.push(rowOf(meeting, times));
    }
    const references = [
      `${COUNT} documents of ${BYTES} B`,
      'raw: the documents read as bytes in the order of their ids, where one side lacks them also inserted there, unordered; ' +
        'equal ones only read, on both sides at once',
      'times are per document',
    ];
    return { databases, references, rows };
  },
};

interface Measured extends Times, MemoryGrowth {
  /** Which databases it ran on. */
  readonly used: string;
}

async function measure(meeting: Meeting, held: boolean): Promise<Measured> {
  const arena = await openArena();
  try {
    await meeting.fill(arena);
    let engine = 0;
    const work = async (): Promise<void> => {
      engine = await timeOf(() => begin(arena.a));
    };
    const grown = await memoryGrowth(work, { held });
    for (const db of [arena.a.local, arena.atlas]) await readAll(db);
    await arena.a.sync.stop();
    const raw = await timeOf(() => meeting.byHand(arena));
    return { engine: engine / COUNT, raw: raw / COUNT, used: arena.databases, ...grown };
  } finally {
    await arena.end();
  }
}

function rowOf({ name, goal }: Meeting, times: readonly Measured[]): Row {
  const ratio = median(times.map(({ raw, engine }) => engine / raw));
  return {
    name,
    times: { raw: median(times.map(({ raw }) => raw)), engine: median(times.map(({ engine }) => engine)) },
    ratios: { 'time / raw': { value: ratio, goal }, ...heldIn(times) },
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) * 1000;
}
