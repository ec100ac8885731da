import { type HealthCheck } from '@bomba/sync-core';
import { type HealthFacts } from './health-facts.js';
import { type HealthThresholds } from './health-thresholds.js';
import { levelOf, toCheck } from './judge.js';

/** Do too many keys wait for push? */
export function checkQueue({ queueSize }: HealthFacts, thresholds: HealthThresholds): HealthCheck {
  const { queueSizeWarningCount: warning, queueSizeCriticalCount: critical } = thresholds;
  return toCheck('queue-size', levelOf(queueSize, { warning, critical }), {
    message: `${queueSize} keys wait for push.`,
    remedy:
      'See whether Atlas is reachable and push is not paused; the queue drains by itself, nothing is lost.',
  });
}
