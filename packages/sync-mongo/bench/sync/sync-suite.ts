import { median, percentile } from '../measure/percentile.js';
import { type Row } from '../report/row.js';
import { type Suite, type SuiteOptions } from '../suite.js';
import { type Arena, begin, openArena } from './arena.js';
import { propagate } from './propagation.js';
import { PullTask } from './pull.js';
import { pushOnce, type PushTask } from './push.js';
import { type Times } from './times.js';

/** At least 0.85 of the throughput. */
const THROUGHPUT_GOAL = 1 / 0.85;
const HOT_GOAL = 1 / 5;
const LATENCY_GOAL = 1.25;

const EVENTS = 50_000;
const WRITES_PER_RUN = 100;

const pushes: readonly (PushTask & { readonly name: string; readonly goal: number })[] = [
  ...[250, 1024].flatMap((bytes) =>
    (['new', 'edited'] as const).map((kind) => ({
      name: `push ${kind}, ${bytes} B`,
      ...{ bytes, kind, count: 5_000, writesPerKey: 1, goal: THROUGHPUT_GOAL },
    })),
  ),
  {
    name: 'push hot keys, 10 updates each, 250 B',
    ...{ bytes: 250, kind: 'edited', count: 500, writesPerKey: 10, goal: HOT_GOAL },
  },
];

/** What sync costs between the databases. */
export const syncSuite: Suite = {
  name: 'sync',
  about: 'What push, pull and propagation take, against the same work by hand.',
  run: async (options) => {
    const rows: Row[] = [];
    let databases = '';
    // Each on new databases: what one leaves behind is not to be pulled by the next.
    for (const measure of [measurePushes, measurePull, measurePropagation]) {
      const arena = await openArena();
      databases = arena.databases;
      try {
        rows.push(...(await measure(arena, options)));
      } finally {
        await arena.end();
      }
    }
    return {
      databases,
      references: [
        'push: the same compare-and-sets, made before, as raw unordered bulkWrites of 1,000',
        'hot keys: each update replayed so',
        'pull: the same events by raw getMores, then the same compare-and-sets by raw bulkWrites',
        'propagation, per hop: receipt through a raw stream and one raw update',
      ],
      rows,
    };
  },
};

async function measurePushes(arena: Arena, options: SuiteOptions): Promise<readonly Row[]> {
  await begin(arena.a);
  const rows: Row[] = [];
  for (const task of pushes) {
    const runs = await repeat(task.name, options, () => pushOnce(arena, task));
    rows.push(toRow(task.name, runs, task.goal));
  }
  return rows;
}

async function measurePull(arena: Arena, options: SuiteOptions): Promise<readonly Row[]> {
  const count = options.events ?? EVENTS;
  await begin(arena.b);
  const task = await PullTask.prepare(arena, { count, bytes: 250 });
  const name = `pull of ${count} events, 250 B`;
  const row = toRow(name, await repeat(name, options, () => task.run()), THROUGHPUT_GOAL);
  return [row];
}

async function measurePropagation(arena: Arena, options: SuiteOptions): Promise<readonly Row[]> {
  for (const branch of [arena.a, arena.b]) await begin(branch);
  const runs = await repeat('propagation', options, () => propagate(arena, WRITES_PER_RUN));
  return (['Local to Atlas', 'Atlas to Local'] as const).map((hop) => {
    const times = runs.map((run) => ({ engine: percentile(run[hop], 0.5), raw: percentile(run.raw, 0.5) }));
    return toRow(`propagation p50, ${hop}`, times, LATENCY_GOAL);
  });
}

/** The first run warms up: it does not count. */
async function repeat<Run>(
  name: string,
  { runs, onProgress }: SuiteOptions,
  once: () => Promise<Run>,
): Promise<readonly Run[]> {
  const results: Run[] = [];
  for (let run = 0; run <= runs; run++) {
    onProgress(run === 0 ? `${name}: warming up` : `${name}: run ${run} of ${runs}`);
    const result = await once();
    if (run > 0) results.push(result);
  }
  return results;
}

function toRow(name: string, runs: readonly Times[], goal: number): Row {
  return {
    name,
    times: { raw: median(runs.map(({ raw }) => raw)), engine: median(runs.map(({ engine }) => engine)) },
    ratios: { 'time / raw': { value: median(runs.map(({ engine, raw }) => engine / raw)), goal } },
  };
}
