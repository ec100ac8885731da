import { type HealthCheck } from '@bomba/sync-core';
import { type DirectionFacts } from './health-facts.js';
import { type HealthThresholds } from './health-thresholds.js';
import { levelOf, toCheck } from './judge.js';

/** Is the other side too far behind? */
export function checkLag({ direction, lagMs }: DirectionFacts, thresholds: HealthThresholds): HealthCheck {
  const name = `lag-${direction}`;
  if (lagMs === null) return { name, status: 'healthy', message: 'The lag is not known in this process.' };
  const { lagWarningMs: warning, lagCriticalMs: critical } = thresholds;
  return toCheck(name, levelOf(lagMs, { warning, critical }), {
    message: `${direction} is ${Math.round(lagMs)} ms behind.`,
    remedy: 'See whether Atlas is reachable and this direction is not paused; it catches up by itself.',
  });
}
