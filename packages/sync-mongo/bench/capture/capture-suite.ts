import { startDatabases } from '@bomba/sync-testkit';
import { type Call, interleave } from '../measure/interleave.js';
import { median, percentile } from '../measure/percentile.js';
import { type Row } from '../report/row.js';
import { type Suite, type SuiteOptions } from '../suite.js';
import { type Contest, openContest, type Way } from './contestants.js';
import { type Task, tasks } from './tasks.js';

const SIZES = [250, 1024];

/** What capture costs the application. */
export const captureSuite: Suite = {
  name: 'capture',
  about:
    'What capture adds to the writes of an application, against the same writes without and marked by hand.',
  run: async (options) => {
    const databases = await startDatabases({ branches: 1, atlas: false });
    try {
      const [local] = databases.branches;
      if (!local) throw new Error('no Local was started');
      const rows: Row[] = [];
      for (const bytes of SIZES) {
        for (const task of tasks) rows.push(await measure(local.uri, { task, bytes }, options));
      }
      return {
        databases: databases.provider,
        references: [
          '(a) the same model without the plugin',
          '(b) the same write given a dirty id by hand, in a collection with the same index',
        ],
        rows,
      };
    } finally {
      await databases.stop();
    }
  },
};

interface Measured {
  readonly task: Task;
  readonly bytes: number;
}

type Times = ReadonlyMap<Way, readonly number[]>;

async function measure(uri: string, { task, bytes }: Measured, options: SuiteOptions): Promise<Row> {
  const name = `${task.name}, ${bytes} B`;
  const contest = await openContest(uri);
  try {
    const runs: Times[] = [];
    await runOnce(contest, { task, bytes }); // warms up: not counted
    for (let run = 1; run <= options.runs; run++) {
      options.onProgress(`${name}: run ${run} of ${options.runs}`);
      runs.push(await runOnce(contest, { task, bytes }));
    }
    return toRow(name, { task, bytes }, runs);
  } finally {
    await contest.end();
  }
}

async function runOnce({ contestants }: Contest, { task, bytes }: Measured): Promise<Times> {
  const calls = new Map<Way, readonly Call[]>();
  for (const contestant of contestants) calls.set(contestant.way, await task.prepare(contestant, bytes));
  return interleave(calls);
}

function toRow(name: string, { task, bytes }: Measured, runs: readonly Times[]): Row {
  const ofRun = (share: number, way: Way): readonly number[] =>
    runs.map((times) => percentile(times.get(way) ?? [], share) / task.size);
  const ratio = (share: number, way: Way): number => {
    const reference = ofRun(share, way);
    return median(ofRun(share, 'captured').map((time, run) => time / (reference[run] ?? Number.NaN)));
  };
  const goals = task.goals(bytes);
  return {
    name,
    times: {
      plain: median(ofRun(0.5, 'plain')),
      'by hand': median(ofRun(0.5, 'by hand')),
      captured: median(ofRun(0.5, 'captured')),
    },
    ratios: {
      'p50 / (a)': { value: ratio(0.5, 'plain'), goal: goals.plain },
      'p50 / (b)': { value: ratio(0.5, 'by hand'), goal: goals.byHand },
      ...(task.size === 1 && { 'p99 / (a)': { value: ratio(0.99, 'plain'), goal: goals.p99 } }),
    },
  };
}
