import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { applySuite } from './apply/apply-suite.js';
import { captureSuite } from './capture/capture-suite.js';
import { firstStartSuite } from './fullsync/first-start-suite.js';
import { fullSyncSuite } from './fullsync/full-sync-suite.js';
import { describeMachine } from './report/machine.js';
import { printTable } from './report/print-table.js';
import { isMet } from './report/row.js';
import { syncSuite } from './sync/sync-suite.js';
import { type Suite } from './suite.js';

const suites: readonly Suite[] = [captureSuite, syncSuite, applySuite, fullSyncSuite, firstStartSuite];
const DEFAULT_RUNS = 7;

const help = `pnpm bench <suite> [--runs N] [--events N] [--only TEXT] [--json FILE]

${suites.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}

  --runs N     how often each measurement is repeated, the median counts (default ${DEFAULT_RUNS})
  --events N   how many events \`sync\` drains (default 50,000), and \`apply\` (10,000)
  --only TEXT  of \`firststart\` and \`fullsync\`: only what has that in its name
  --held       of these: also what the process holds meanwhile, beside garbage (goal 64 MiB); takes time of what is measured
  --json FILE  also writes the result there
  --help       this text

\`fullsync\` compares BOMBA_BENCH_DOCUMENTS documents (50,000); \`firststart\` has as many meet Atlas (20,000).

Progress goes to standard error, the table to standard output. The databases are those of the tests.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    events: { type: 'string' },
    only: { type: 'string' },
    held: { type: 'boolean' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const chosen = suites.filter(({ name }) => positionals.includes(name));
const runs = Number(values.runs ?? DEFAULT_RUNS);
const only = values.only ?? null;
const held = values.held ?? false;
const events = values.events === undefined ? null : Number(values.events);

if (values.help) console.log(help);
else if (
  chosen.length === 0 ||
  chosen.length < positionals.length ||
  !isCount(runs) ||
  !isCount(events ?? 1)
) {
  console.error(help);
  process.exitCode = 2;
} else await runAll();

function isCount(number: number): boolean {
  return Number.isInteger(number) && number > 0;
}

async function runAll(): Promise<void> {
  const results: object[] = [];
  for (const suite of chosen) {
    const { name, about } = suite;
    const machine = describeMachine();
    const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
    const result = await suite.run({ runs, events, only, held, onProgress });
    const missed = result.rows.filter(({ ratios }) => !Object.values(ratios).every(isMet)).length;
    const { cpu, cores, memoryGiB, node, loadBefore } = machine;
    console.log(`\n${about} ${result.references.join('; ')}. Medians of ${runs} interleaved runs.`);
    console.log(
      `${result.databases}; ${cpu}, ${cores} cores, ${memoryGiB} GiB; ${node}; load ${loadBefore}\n`,
    );
    console.log(printTable(result.rows));
    console.log(
      missed === 0 ? '\nEvery goal is met.' : `\n${missed} of ${result.rows.length} rows miss a goal.`,
    );
    results.push({ suite: name, at: new Date().toISOString(), runs, machine, ...result });
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
