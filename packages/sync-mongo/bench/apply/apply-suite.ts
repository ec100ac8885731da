import { median } from '../measure/percentile.js';
import { type Row } from '../report/row.js';
import { type Suite, type SuiteOptions } from '../suite.js';
import { ApplyTask } from './apply-task.js';
import { openCounter } from './counter.js';

const EVENTS = 10_000;
/** At most so many times what Mongoose itself takes. */
const GOAL = 1.2;

/** What it costs that states from Atlas obey their models. */
export const applySuite: Suite = {
  name: 'apply',
  about: 'What validation and hooks add to pull, against the lane without, and against Mongoose itself.',
  run: async (options) => {
    const counter = await openCounter();
    try {
      const rows: Row[] = [];
      for (const bytes of [250, 1024]) {
        const task = await ApplyTask.prepare(counter, { count: options.events ?? EVENTS, bytes });
        rows.push(...(await measure(task, { bytes, options })));
      }
      return {
        databases: counter.databases,
        references: [
          'raw: the same versions, applied with applyLogic never',
          'Mongoose: the same edits on Local, found, set and saved by bulkSave, with validation and hooks',
        ],
        rows,
      };
    } finally {
      await counter.end();
    }
  },
};

async function measure(
  task: ApplyTask,
  { bytes, options }: { readonly bytes: number; readonly options: SuiteOptions },
): Promise<readonly Row[]> {
  const runs: { raw: number; validated: number; hooks: number; mongoose: number }[] = [];
  for (let run = 0; run <= options.runs; run++) {
    options.onProgress(
      run === 0 ? `apply, ${bytes} B: warming up` : `apply, ${bytes} B: run ${run} of ${options.runs}`,
    );
    const raw = await task.apply('raw');
    const validated = await task.apply('validated');
    const hooks = await task.apply('hooks');
    const mongoose = await task.save();
    if (run > 0) runs.push({ raw, validated, hooks, mongoose });
  }
  return (['validated', 'hooks'] as const).map((lane) => ({
    name: `${lane}, ${bytes} B`,
    times: {
      raw: median(runs.map(({ raw }) => raw)),
      Mongoose: median(runs.map(({ mongoose }) => mongoose)),
      'bomba-sync': median(runs.map((each) => each[lane])),
    },
    ratios: {
      'to raw': { value: median(runs.map((each) => each[lane] / each.raw)), goal: null },
      'to Mongoose': { value: median(runs.map((each) => each[lane] / each.mongoose)), goal: GOAL },
    },
  }));
}
