import { type Clock, type HealthReport, type SyncControl } from '@bomba/sync-core';

const MAX_AGE_MS = 1_000;

/**
 * Asks for health at most once a second, whoever asks: a route that is open to everyone must not let anyone make work
 * for the databases. A question that hangs is not waited for by those who come later.
 */
export function recentHealth(sync: SyncControl, clock: Pick<Clock, 'now'>): () => Promise<HealthReport> {
  let last: { readonly atMs: number; readonly report: Promise<HealthReport> } | null = null;
  return () => {
    const nowMs = clock.now();
    if (last === null || Math.abs(nowMs - last.atMs) >= MAX_AGE_MS)
      last = { atMs: nowMs, report: sync.health() };
    return last.report;
  };
}
