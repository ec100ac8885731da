import { existsSync, readFileSync } from 'node:fs';

const readReports = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : [];

/**
 * Adds up what the count reporter wrote to `file`. Of `packageNames`, one that reported nothing (its Jest crashed) or
 * ran no test counts as one failed test and is named in `silent`. `reports` has the counts of each that reported.
 */
export function countTests(file, packageNames) {
  const reports = readReports(file);
  const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
  const ran = new Set(reports.filter(({ passed, failed }) => passed + failed > 0).map(({ name }) => name));
  const silent = packageNames.filter((name) => !ran.has(name));
  return {
    passed: sum('passed'),
    failed: sum('failed') + silent.length,
    skipped: sum('skipped'),
    silent,
    reports,
  };
}
