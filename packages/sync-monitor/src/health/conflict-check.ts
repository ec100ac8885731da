import { type HealthCheck } from '@bomba/sync-core';
import { type HealthFacts } from './health-facts.js';
import { type HealthThresholds } from './health-thresholds.js';
import { levelOf, toCheck } from './judge.js';

/** Do branches edit the same documents all the time? Looks at the last five minutes. */
export function checkConflicts({ directions }: HealthFacts, thresholds: HealthThresholds): HealthCheck {
  const count = directions.reduce((sum, { recentConflictCount }) => sum + recentConflictCount, 0);
  return toCheck('conflicts', levelOf(count, { warning: thresholds.conflictWarningCount }), {
    message: `${count} states lost a conflict in five minutes.`,
    remedy: 'List the conflicts; split documents that several branches edit, or configure a merge.',
  });
}
