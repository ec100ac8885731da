import { type HealthCheck } from '@bomba/sync-core';
import { type DirectionFacts } from './health-facts.js';
import { type HealthThresholds } from './health-thresholds.js';
import { levelOf, toCheck } from './judge.js';

/** Do too many requests fail? Looks at the last five minutes. */
export function checkFailures(facts: DirectionFacts, thresholds: HealthThresholds): HealthCheck {
  const { direction, recentlyAppliedCount: applied, recentlyFailedCount: failed } = facts;
  const ratio = failed < thresholds.failureMinCount ? 0 : failed / (applied + failed);
  const level = levelOf(ratio, {
    warning: thresholds.failureRatioWarning,
    critical: thresholds.failureRatioCritical,
  });
  return toCheck(`failures-${direction}`, level, {
    message: `${failed} requests failed and ${applied} versions were stored in five minutes.`,
    remedy: 'Look up the code of the last error; failed requests are tried again by themselves.',
  });
}
