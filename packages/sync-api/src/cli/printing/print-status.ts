import { type DirectionCounts, type HealthReport, type PauseScope, type SyncStatus } from '@bomba/sync-core';
import { fields, type Style, table } from './table.js';
import { timeText } from './time-text.js';

const DIRECTIONS = ['DIRECTION', 'APPLIED', 'FAILED', 'CONFLICTS', 'QUARANTINED', 'LAST APPLIED'];
const PAUSES = ['PAUSED COLLECTION', 'DIRECTION'];
const CHECKS = ['CHECK', 'STATUS', 'MESSAGE', 'REMEDY'];

/** What the engine of the process says of itself. */
export function statusLines(status: SyncStatus, style: Style): readonly string[] {
  const { paused, lastError, refused = [], indexProblems = [], queueOverflowed, driftMs } = status;
  return [
    ...fields(
      [
        ['state', status.state],
        ['branch', status.instanceId],
        ['engine', status.leader ? 'runs in this process' : 'does not run in this process'],
        ['local', status.local],
        ['atlas', status.atlas],
        ['push', status.pushOpen ? 'open' : 'waits'],
        ['queue', `${status.queueSize}${queueOverflowed ? ' and more, found by scanning' : ''}`],
        ['pulled at', timeText(status.pulledAtMs)],
        ['clock of Atlas', driftMs === null ? null : `${driftMs} ms ahead`],
        ['collections', status.collections.join(', ')],
        ...refused.map(({ collection, reason }) => ['not synced', `${collection}: ${reason}`] as const),
        ...indexProblems.map((problem) => ['index', problem] as const),
        ['past capture', status.unmatchedWriteCount ?? null],
        ['last error', lastError && `${timeText(lastError.atMs)} ${lastError.code}: ${lastError.message}`],
      ],
      style,
    ),
    '',
    ...table(
      DIRECTIONS,
      [countsRow('local-to-atlas', status.push), countsRow('atlas-to-local', status.pull)],
      style,
    ),
    ...(paused.length === 0 ? [] : ['', ...pausesLines(paused, style)]),
  ];
}

/** What is switched off. */
export function pausesLines(paused: readonly PauseScope[], style: Style): readonly string[] {
  if (paused.length === 0) return ['Nothing is paused.'];
  const rows = paused.map(({ collection = '(all)', direction = '(both)' }) => [collection, direction]);
  return table(PAUSES, rows, style);
}

/** Each check, with what to do. */
export function healthLines({ status, ready, checks, atMs }: HealthReport, style: Style): readonly string[] {
  const rows = checks.map((check) => [check.name, check.status, check.message, check.remedy ?? '']);
  return [
    ...fields(
      [
        ['status', status],
        ['ready', ready ? 'yes' : 'no'],
        ['at', timeText(atMs)],
      ],
      style,
    ),
    ...(rows.length === 0 ? [] : ['', ...table(CHECKS, rows, style)]),
  ];
}

function countsRow(direction: string, counts: DirectionCounts): readonly string[] {
  const { appliedCount, failedCount, conflictCount, quarantinedCount, lastAppliedAtMs } = counts;
  const numbers = [appliedCount, failedCount, conflictCount, quarantinedCount].map(String);
  return [direction, ...numbers, timeText(lastAppliedAtMs)];
}
