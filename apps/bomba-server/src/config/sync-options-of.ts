import { type ConflictStrategy, type SyncOptions } from '@bomba/sync-mongo';
import { environmentVariables, type ServerConfig, type VariableName } from './environment-variables.js';

const strategies: Readonly<Record<ServerConfig['CONFLICT_RESOLUTION_STRATEGY'], ConflictStrategy>> = {
  'last-write-wins': 'last-write-wins',
  local: () => 'local',
  atlas: () => 'atlas',
};

/** The options of sync that the environment decides. */
export function syncOptionsOf(
  config: ServerConfig,
): Omit<SyncOptions, 'mongoose' | 'logger' | 'metrics' | 'clock'> {
  return {
    atlas: { uri: config.ATLAS_MONGODB_URI, allowInsecure: config.BOMBA_ALLOW_INSECURE_DATABASE },
    enabled: config.SYNC_ENABLED,
    bidirectional: config.BIDIRECTIONAL_SYNC_ENABLED,
    collections: {
      exclude: config.SYNC_EXCLUDED_COLLECTIONS,
      pullExclude: config.BIDIRECTIONAL_EXCLUDED_COLLECTIONS,
    },
    applyLogic: config.SYNC_APPLY_LOGIC,
    conflict: strategies[config.CONFLICT_RESOLUTION_STRATEGY],
    queue: { maxSize: config.SYNC_MAX_QUEUE_SIZE },
    retry: { baseMs: config.SYNC_RETRY_BASE_MS, maxMs: config.SYNC_RETRY_MAX_MS },
    drift: { maxMs: config.SYNC_MAX_DRIFT_MS },
    changeStream: {
      batchSize: config.ATLAS_CHANGE_STREAM_BATCH_SIZE,
      reconnectIntervalMs: config.CHANGE_STREAM_RECONNECT_INTERVAL,
      maxReconnectAttempts: config.CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS,
    },
  };
}

/** Variables that are read and checked, but that no part of sync takes yet. */
const idleVariables: readonly VariableName[] = ['ORIGIN_TRACKING_CLEANUP_INTERVAL'];

/** One sentence for each variable that is set to something else than its default and has no effect. */
export function findIdleSettings(config: ServerConfig): readonly string[] {
  return idleVariables
    .filter((name) => config[name] !== environmentVariables[name].default)
    .map((name) => `${name} has no effect in this version: remove it`);
}
