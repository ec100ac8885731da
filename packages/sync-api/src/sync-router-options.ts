import { type Clock, type Logger, silentLogger, type SyncControl, SyncError } from '@bomba/sync-core';
import { ApiKeys } from './auth/api-keys.js';
import { type GateOptions } from './auth/gate.js';
import { type Authorize } from './auth/scope.js';
import { type ApiContext, type MetricsSource } from './routes/api-context.js';
import { systemClock } from './system/system-clock.js';

const SHORT_KEY_LENGTH = 16;

/** Options of {@link createSyncRouter}. Without `authorize` and `apiKeys` everything but live and ready is refused. */
export interface SyncRouterOptions {
  /** What is watched and steered. */
  readonly sync: SyncControl;
  /** The host's decision about requests without a valid key. */
  readonly authorize?: Authorize | undefined;
  /** Keys that open everything: one, or two while rotating. At least 16 random characters each. */
  readonly apiKeys?: readonly string[] | undefined;
  /** Default: the counts of `sync.status()`. */
  readonly metrics?: MetricsSource;
  /** Default silent. */
  readonly logger?: Logger;
  /** Default: the clock of this machine. */
  readonly clock?: Pick<Clock, 'now'> & Partial<Pick<Clock, 'sleep'>>;
}

/** The options with every default filled in. */
export interface ResolvedRouterOptions extends ApiContext {
  readonly gate: GateOptions;
}

/** Fills in the defaults. Throws SYNC_CONFIG_INVALID for a key that is no text or empty. */
export function resolveRouterOptions(options: SyncRouterOptions): ResolvedRouterOptions {
  const { sync, authorize, apiKeys = [], logger = silentLogger } = options;
  const clock = clockOf(options.clock);
  const empty = apiKeys.flatMap((key, index) =>
    typeof key === 'string' && key.trim() !== '' ? [] : [index + 1],
  );
  if (empty.length > 0) {
    throw new SyncError(
      'SYNC_CONFIG_INVALID',
      `apiKeys must be texts that are not empty; wrong: no. ${empty.join(', ')}.`,
    );
  }
  if (apiKeys.some((key) => key.length < SHORT_KEY_LENGTH)) {
    logger.warn('An API key is short enough to be guessed: use at least 16 random characters.');
  }
  if (apiKeys.length === 0 && authorize === undefined) {
    logger.warn('The sync API refuses everything: give createSyncRouter apiKeys or authorize.');
  }
  const metrics = options.metrics ?? { report: () => countsOf(sync) };
  return { sync, metrics, logger, clock, gate: { keys: new ApiKeys(apiKeys), authorize } };
}

function clockOf(given: SyncRouterOptions['clock']): ResolvedRouterOptions['clock'] {
  if (!given) return systemClock;
  const sleep = given.sleep?.bind(given) ?? systemClock.sleep;
  return { now: () => given.now(), sleep };
}

function countsOf(sync: SyncControl): unknown {
  const { state, queueSize, push, pull } = sync.status();
  return { state, queueSize, localToAtlas: push, atlasToLocal: pull };
}
