import { type FullSyncReport } from './full-sync-report.js';

const BAR_WIDTH = 24;
const UNITS = [
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/**
 * A full sync in one line, for people who watch it: a bar with what is done, the rate and what remains while it runs;
 * afterwards what it found and how long it took. @public
 */
export function progressLine(report: FullSyncReport): string {
  const { progress, state } = report;
  if (state !== 'running' || !progress) return endLine(report);
  const { collection, phase, doneCount, estimatedCount, perSecond, remainingMs } = progress;
  // The estimate is the server's, and may be too low: then nothing is known of the end.
  const share = estimatedCount > 0 && doneCount <= estimatedCount ? doneCount / estimatedCount : null;
  return [
    share === null ? '' : `${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    share === null ? numbered(doneCount) : `${numbered(doneCount)} of ${numbered(estimatedCount)}`,
    perSecond === null ? '' : `${numbered(Math.round(perSecond))}/s`,
    remainingMs === null || share === null ? '' : `about ${duration(remainingMs)} left`,
    collection === null ? '' : `${phase} ${collection}`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function endLine(report: FullSyncReport): string {
  const { state, dryRun, collections, startedAtMs, finishedAtMs, error } = report;
  const sum = (count: (each: FullSyncReport['collections'][number]) => number): string =>
    numbered(collections.reduce((all, each) => all + count(each), 0));
  return [
    `full sync ${state === 'running' ? 'waiting' : state}`,
    ...(error ? [`${error.message} (${error.code})`] : []),
    `${sum(({ comparedCount }) => comparedCount)} compared`,
    `${sum(({ differentCount }) => differentCount)} different`,
    ...(dryRun ? ['nothing changed'] : [`${sum(({ repairedCount }) => repairedCount)} repaired`]),
    ...(finishedAtMs === null ? [] : [duration(finishedAtMs - startedAtMs)]),
  ].join('  ');
}

function bar(share: number): string {
  const filled = Math.floor(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

function numbered(count: number): string {
  return count.toLocaleString('en-US');
}

function duration(ms: number): string {
  const index = UNITS.findIndex((unit) => ms >= unit.ms);
  const unit = UNITS[index];
  if (!unit) return 'under 1 s';
  const next = UNITS[index + 1];
  const rest = next ? Math.floor((ms % unit.ms) / next.ms) : 0;
  const whole = `${Math.floor(ms / unit.ms)} ${unit.name}`;
  return next && rest > 0 ? `${whole} ${rest} ${next.name}` : whole;
}
