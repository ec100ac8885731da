import { type HealthCheck, type HealthStatus } from '@bomba/sync-core';

/** The limits of a measured value; without `critical` it warns at most. */
export interface Limits {
  readonly warning: number;
  readonly critical?: number;
}

/** Healthy below the warning limit, degraded from there on, unhealthy from the critical one on. */
export function levelOf(value: number, { warning, critical = Infinity }: Limits): HealthStatus {
  if (value >= critical) return 'unhealthy';
  return value >= warning ? 'degraded' : 'healthy';
}

/** A check, with its remedy only where something is wrong. */
export function toCheck(
  name: string,
  status: HealthStatus,
  text: { message: string; remedy: string },
): HealthCheck {
  const { message, remedy } = text;
  return status === 'healthy' ? { name, status, message } : { name, status, message, remedy };
}
