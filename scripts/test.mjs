// `npm test`: every check of the repository, one phase after the other; ends with "N passed, N failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './jest/count-tests.mjs';
import { checkNode } from './workspace/check-node.mjs';
import { install } from './workspace/install.mjs';
import { workspaces } from './workspace/root.mjs';
import { nodeScript, prettier, turbo } from './workspace/tools.mjs';

const HOUR_MS = 3_600_000;
const scratch = mkdtempSync(join(tmpdir(), 'bomba-test-'));
const countsFile = join(scratch, 'counts.jsonl');
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const whereNeeded = '--output-logs=new-only';
const checks = {
  format: () => prettier(['--check', '--log-level=warn', '.']),
  build: () => turbo(['run', 'build', whereNeeded, '--continue']),
  lint: () => turbo(['run', 'lint', 'lint:scripts', whereNeeded, '--continue']),
  rules: () => nodeScript('scripts/eslint/rules-check.mjs'),
  types: () => turbo(['run', 'typecheck', whereNeeded, '--continue']),
  packaging: () => turbo(['run', 'lint:publint', 'lint:attw', whereNeeded, '--continue']),
  tarballs: () => nodeScript('scripts/package-check.mjs'),
  'error page': () => nodeScript('scripts/errors-doc.mjs', ['--check']),
  docs: () => nodeScript('scripts/check-docs.mjs'),
};

// One package at a time: databases share the cores. A hung test must end in a count, too.
const test = () =>
  turbo(['run', 'test', '--concurrency=1', '--continue=always'], {
    env: { BOMBA_TEST_COUNTS: countsFile },
    timeoutMs: HOUR_MS,
  });

async function phase(name, run) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const ok = (await run()) === 0;
  console.log(
    `== ${name} ${ok ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return ok;
}

async function runAll() {
  if (!(await phase('install', install))) return { passed: 0, failed: 1, skipped: 0 };
  let failedChecks = 0;
  for (const [name, run] of Object.entries(checks)) {
    if (!(await phase(name, run))) failedChecks += 1;
  }
  const testsPassed = await phase('tests', test);
  const tested = workspaces().filter(({ manifest }) => manifest.scripts?.test);
  const counts = countTests(
    countsFile,
    tested.map(({ manifest }) => manifest.name),
  );
  for (const name of counts.silent) console.log(`${name} ran no test: counted as one failed.`);
  const unexplained = !testsPassed && counts.failed === 0 ? 1 : 0;
  return { ...counts, failed: counts.failed + failedChecks + unexplained };
}

checkNode();
const { passed, failed, skipped } = await runAll();
if (skipped > 0) console.log(`\n${skipped} skipped`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
