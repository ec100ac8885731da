// `npm run prove -- laws|simulation|databases|kills|histories`: the same tests with larger sizes, recorded under docs/proof/.
// A size given in the environment (BOMBA_FC_RUNS=500 ...) takes precedence over the one below.
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './jest/count-tests.mjs';
import { simulateHistories } from './prove/simulate-histories.mjs';
import { writeRecord } from './prove/write-record.mjs';
import { checkNode } from './workspace/check-node.mjs';
import { install } from './workspace/install.mjs';
import { turbo } from './workspace/tools.mjs';

const proofs = {
  laws: {
    about: 'Every property, with many more runs.',
    turboArgs: ['test:unit'],
    sizes: { BOMBA_FC_RUNS: 100 },
  },
  simulation: {
    about: 'Random histories of the engine, with many more seeds; and every planted mistake is found.',
    turboArgs: ['test:unit', '--filter=@bomba/sync-testkit', '--', '--testPathPatterns=simulator/mutants'],
    sizes: { BOMBA_SIM_SEEDS: 300_000, BOMBA_SIM_FIRST: randomInt(2 ** 30) },
    first: ({ BOMBA_SIM_SEEDS, BOMBA_SIM_FIRST }) =>
      simulateHistories({ first: Number(BOMBA_SIM_FIRST), count: Number(BOMBA_SIM_SEEDS) }),
  },
  kills: {
    about:
      'Processes killed while they write, at every crash point and at random; a delete of 100,000 documents.',
    turboArgs: [
      'test',
      '--filter=@bomba/sync-mongo',
      '--',
      '--testPathPatterns=killed-process|delete-concurrent',
    ],
    sizes: { BOMBA_KILLS: 300, BOMBA_KILL_SEED: randomInt(2 ** 30), BOMBA_DELETE_COUNT: 100_000 },
  },
  histories: {
    about:
      'Random histories on real databases: faulty wires, killed processes, writes in every way on few keys, judged by an independent checker.',
    turboArgs: ['test', '--filter=@bomba/sync-mongo', '--', '--testPathPatterns=histories'],
    sizes: { BOMBA_HISTORIES: 200, BOMBA_RULED_HISTORIES: 100, BOMBA_HISTORY_SEED: randomInt(2 ** 30) },
  },
  databases: {
    about: 'The whole suite, databases included, with more runs.',
    turboArgs: ['test'],
    sizes: { BOMBA_FC_RUNS: 10 },
  },
};
const A_DAY_MS = 86_400_000;
const scratch = mkdtempSync(join(tmpdir(), 'bomba-prove-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

function sizesFrom(defaults) {
  const sizes = { BOMBA_FC_SEED: randomInt(2 ** 31), ...defaults };
  return Object.fromEntries(
    Object.keys(sizes).map((name) => [name, process.env[name] ?? String(sizes[name])]),
  );
}

/** Which databases the tests said they used, without addresses and paths. */
function databasesIn(output) {
  const lines = [...output.matchAll(/databases: using ([^,\n]+)/g)];
  const names = new Set(lines.map(([, name]) => name.replace(/ \([^)]*[\\/].*/, '')));
  return [...names].join('; ') || 'none';
}

async function run([task, ...rest], sizes) {
  const countsFile = join(mkdtempSync(join(scratch, 'run-')), 'counts.jsonl');
  const started = performance.now();
  let output = '';
  const code = await turbo(['run', task, '--concurrency=1', '--continue=always', ...rest], {
    env: { ...sizes, BOMBA_TEST_COUNTS: countsFile, BOMBA_TEST_TIMEOUT_MS: String(A_DAY_MS) },
    onOutput: (text) => {
      output += text;
    },
  });
  const counts = countTests(countsFile, []);
  return {
    ...counts,
    ok: code === 0 && counts.failed === 0 && counts.passed > 0,
    durationMs: performance.now() - started,
    databases: databasesIn(output),
  };
}

function withReport(report, tests) {
  return {
    ...tests,
    ok: tests.ok && report.failed === 0 && report.passed > 0,
    passed: tests.passed + report.passed,
    failed: tests.failed + report.failed,
    reports: [report, ...tests.reports],
    durationMs: tests.durationMs + report.durationMs,
  };
}

checkNode();
const names = process.argv.slice(2);
if (names.length === 0 || names.some((name) => !(name in proofs))) {
  console.error(`Name what to prove: npm run prove -- ${Object.keys(proofs).join('|')}.`);
  process.exit(2);
}
if ((await install()) !== 0) process.exit(1);
for (const name of names) {
  const { about, turboArgs, sizes: defaults, first } = proofs[name];
  const sizes = sizesFrom(defaults);
  const report = await first?.(sizes);
  const tests = await run(turboArgs, sizes);
  const result = report ? withReport(report, tests) : tests;
  const file = writeRecord({ name, about, sizes, result });
  console.log(
    `\n${name} ${result.ok ? 'passed' : 'FAILED'}: ${result.passed} passed, ${result.failed} failed; ${file}`,
  );
  if (!result.ok) process.exitCode = 1;
}
