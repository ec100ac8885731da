import { type HealthCheck } from '@bomba/sync-core';
import { type DirectionFacts } from './health-facts.js';
import { toCheck } from './judge.js';

/** Was anything put into quarantine? Looks at the last five minutes; one is enough, since somebody has to act. */
export function checkQuarantine({ direction, recentlyQuarantinedCount: count }: DirectionFacts): HealthCheck {
  return toCheck(`quarantine-${direction}`, count > 0 ? 'degraded' : 'healthy', {
    message: `${count} states were put into quarantine in five minutes.`,
    remedy: 'List the quarantine; correct, retry or discard what waits there.',
  });
}
