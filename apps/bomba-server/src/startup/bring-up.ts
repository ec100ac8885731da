import { type Logger } from '@bomba/sync-core';
import { type Sync } from '@bomba/sync-mongo';
import { type RequestListener } from 'node:http';
import { type Mongoose } from 'mongoose';
import { type ServerConfig } from '../config/environment-variables.js';
import { type HttpServer, listen } from '../http-server.js';
import { type CompiledResource } from '../models/compile-models.js';
import { buildIndexes } from './build-indexes.js';
import { connectLocal } from './connect-local.js';
import { reportStart } from './report-start.js';
import { within } from './within.js';

/** The parts of a server, put together and not yet started. */
export interface ServerParts {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly mongoose: Mongoose;
  readonly resources: readonly CompiledResource[];
  readonly sync: Sync;
  readonly app: RequestListener;
}

/** A server that has started. */
export interface RunningServer {
  /** Where to reach it from this machine, without a slash at the end. */
  readonly url: string;
  readonly sync: Sync;
  /** Finishes what is under way, within a few seconds, whether Atlas is there or not. Calling it again does nothing. */
  stop(): Promise<void>;
}

/** How long what is queued may still go out; without Atlas there is nothing to wait for. */
const longestDrainMs = 1_500;
const longestStopMs = 5_000;

/** A request to Atlas on a dead line can outlast our patience; it is repeated after the next start, so it may be left. */
async function stopSync({ sync, logger }: ServerParts): Promise<void> {
  const drainMs = sync.status().atlas === 'connected' ? longestDrainMs : 0;
  if (await within(longestStopMs, sync.stop({ drainMs }))) return;
  logger.warn('Sync was ended while it waited for Atlas; nothing is lost, it goes on after the next start');
}

/**
 * Starts the parts in order: Local must answer and the port be free; Atlas may be absent. What was started is ended
 * again where a later part fails.
 *
 * @throws StartError with the remedy.
 */
export async function bringUp(parts: ServerParts): Promise<RunningServer> {
  const { config, logger, mongoose, resources, sync, app } = parts;
  let http: HttpServer | undefined;
  const tearDown = async (): Promise<void> => {
    try {
      await http?.close();
    } finally {
      await stopSync(parts).finally(() => mongoose.disconnect());
    }
  };
  try {
    await connectLocal(mongoose, config.LOCAL_MONGODB_URI);
    await buildIndexes(resources, logger);
    http = await listen(app, { host: config.HOST, port: config.PORT });
    const { url } = http;
    const report = config.SYNC_ENABLED ? await sync.start() : null;
    reportStart({ url, report, status: sync.status(), config }, logger);
    let stopped: Promise<void> | undefined;
    return { url, sync, stop: () => (stopped ??= tearDown()) };
  } catch (error) {
    await tearDown();
    throw error;
  }
}
