const DAY_MS = 24 * 60 * 60 * 1000;

/** Every default of createSync, in one table. */
export const syncDefaults = {
  enabled: true,
  bidirectional: true,
  conflict: 'last-write-wins',
  applyLogic: 'foreign',
  audit: false,
  indexes: 'unique',
  firstSync: 'newest',
  queue: { maxSize: 10_000, scanIntervalMs: 1_000 },
  retry: { baseMs: 1_000, maxMs: 60_000 },
  drift: { maxMs: 60_000 },
  tombstones: { maxAgeMs: 90 * DAY_MS, foreignDeleteGraceMs: 10_000, deadMarkAgeMs: 15_000 },
  lease: { durationMs: 5_000 },
  changeStream: { batchSize: 1_000, reconnectIntervalMs: 1_000, maxReconnectAttempts: 10 },
  fullSync: { everyMs: null, changedEveryMs: null },
  unexplainedDeletes: { minimumCount: 1_000, share: 0.1 },
} as const;
