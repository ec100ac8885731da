import { createSyncRouter } from '@bomba/sync-api';
import { createSync } from '@bomba/sync-mongo';
import { BidirectionalSyncMonitor } from '@bomba/sync-monitor';
import { Mongoose } from 'mongoose';
import { readConfig } from './config/read-config.js';
import { secretsIn } from './config/secrets-in.js';
import { syncOptionsOf } from './config/sync-options-of.js';
import { createKeyCheck } from './http/api-key.js';
import { createApp } from './http/create-app.js';
import { createLogger } from './logging/create-logger.js';
import { compileModels } from './models/compile-models.js';
import { bringUp, type RunningServer } from './startup/bring-up.js';

export { type RunningServer };

const longestWaitForLocalMs = 5_000;

/**
 * Puts the server together from the environment and starts it. It has a Mongoose of its own, so that several can run in
 * one process.
 *
 * @throws ConfigError with all mistakes of the environment, StartError with the remedy.
 */
export async function startServer(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RunningServer> {
  const config = readConfig(environment);
  const logger = createLogger({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    secrets: secretsIn(environment),
  });
  const mongoose = new Mongoose();
  mongoose.set('sanitizeFilter', true).set('bufferTimeoutMS', longestWaitForLocalMs);
  const monitor = new BidirectionalSyncMonitor({ logger });
  const sync = createSync({ ...syncOptionsOf(config), mongoose, logger, metrics: monitor });
  monitor.observe(sync);
  const resources = compileModels(mongoose, config.BOMBA_BRANCH);
  const app = createApp({
    resources,
    syncRouter: createSyncRouter({ sync, apiKeys: config.SYNC_API_KEYS, metrics: monitor, logger }),
    hasKey: createKeyCheck(config.SYNC_API_KEYS),
    openApi: config.BOMBA_OPEN_API,
    branch: config.BOMBA_BRANCH,
    logger,
    localIsUp: () => mongoose.connection.readyState === mongoose.STATES.connected,
  });
  return bringUp({ config, logger, mongoose, resources, sync, app });
}
