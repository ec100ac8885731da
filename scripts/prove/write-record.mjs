import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../workspace/root.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();

function commit() {
  try {
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes since')
    );
  } catch {
    return 'unknown';
  }
}

const inSeconds = (durationMs) => `${Math.round(durationMs / 1000)} s`;

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Writes what was proved, with what and on what, to docs/proof/<date>-<name>.md; returns that path. */
export function writeRecord({ name, about, sizes, result }) {
  const date = new Date().toISOString().slice(0, 10);
  const setting = Object.entries(sizes).map(([size, value]) => `${size}=${value}`);
  const facts = [
    ['result', result.ok ? 'passed' : 'FAILED'],
    ['date', date],
    ['commit', commit()],
    ...Object.entries(sizes),
    ['databases', result.databases],
    ['machine', `${cpus()[0].model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['Node', `${process.version} ${process.platform} ${process.arch}`],
    ['duration', inSeconds(result.durationMs)],
  ];
  const counts = result.reports.map((report) => [
    report.name,
    report.passed,
    report.failed,
    report.skipped,
    inSeconds(report.durationMs),
  ]);
  const text = [
    `# Proof: ${name}`,
    `${about} Repeat with \`${setting.join(' ')} npm run prove -- ${name}\`.`,
    table(['what', 'value'], facts),
    table(['package', 'passed', 'failed', 'skipped', 'duration'], counts),
  ].join('\n\n');
  const file = join('docs', 'proof', `${date}-${name}.md`);
  mkdirSync(join(root, 'docs', 'proof'), { recursive: true });
  writeFileSync(join(root, file), `${text}\n`);
  return file;
}
