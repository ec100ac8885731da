import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../src/config/read-config.js';
import { syncOptionsOf } from '../../../src/config/sync-options-of.js';

describe('syncOptionsOf', () => {
  it('hands every variable of sync on to its option', () => {
    const options = syncOptionsOf(
      readConfig({
        ATLAS_MONGODB_URI: 'mongodb://127.0.0.1:1/bomba',
        BOMBA_ALLOW_INSECURE_DATABASE: 'true',
        SYNC_ENABLED: 'false',
        SYNC_EXCLUDED_COLLECTIONS: 'sessions',
        SYNC_MAX_QUEUE_SIZE: '1',
        SYNC_RETRY_BASE_MS: '2',
        SYNC_RETRY_MAX_MS: '3',
        SYNC_APPLY_LOGIC: 'always',
        SYNC_MAX_DRIFT_MS: '4',
        BIDIRECTIONAL_SYNC_ENABLED: 'false',
        BIDIRECTIONAL_EXCLUDED_COLLECTIONS: 'users',
        ATLAS_CHANGE_STREAM_BATCH_SIZE: '5',
        CHANGE_STREAM_RECONNECT_INTERVAL: '6',
        CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS: '7',
      }),
    );
    expect(options).toMatchObject({
      atlas: { uri: 'mongodb://127.0.0.1:1/bomba', allowInsecure: true },
      enabled: false,
      bidirectional: false,
      collections: { exclude: ['sessions'], pullExclude: ['users'] },
      conflict: 'last-write-wins',
      queue: { maxSize: 1 },
      retry: { baseMs: 2, maxMs: 3 },
      drift: { maxMs: 4 },
      changeStream: { batchSize: 5, reconnectIntervalMs: 6, maxReconnectAttempts: 7 },
    });
  });

  it.each(['local', 'atlas'] as const)('lets %s win where the environment says so', (side) => {
    const { conflict } = syncOptionsOf(readConfig({ CONFLICT_RESOLUTION_STRATEGY: side }));
    expect(typeof conflict === 'function' && conflict({}, {})).toBe(side);
  });
});
