import express, { type Router } from 'express';
import { answerErrors } from './http/answer-errors.js';
import { mount } from './http/mount.js';
import { conflictRoutes } from './routes/conflict-routes.js';
import { fullSyncRoutes } from './routes/full-sync-routes.js';
import { healthRoutes } from './routes/health-routes.js';
import { metricsRoutes } from './routes/metrics-routes.js';
import { pauseRoutes } from './routes/pause-routes.js';
import { quarantineRoutes } from './routes/quarantine-routes.js';
import { resyncRoutes } from './routes/resync-routes.js';
import { statusRoutes } from './routes/status-routes.js';
import { resolveRouterOptions, type SyncRouterOptions } from './sync-router-options.js';

const resources = [
  healthRoutes,
  metricsRoutes,
  statusRoutes,
  fullSyncRoutes,
  resyncRoutes,
  pauseRoutes,
  conflictRoutes,
  quarantineRoutes,
];

/**
 * Makes the routes to watch and steer a sync, to be mounted where the host likes. Throws SYNC_CONFIG_INVALID.
 *
 * @example
 * app.use('/api/sync', createSyncRouter({ sync, apiKeys: [process.env.SYNC_API_KEY] }));
 *
 * @public
 */
export function createSyncRouter(options: SyncRouterOptions): Router {
  const { gate, ...context } = resolveRouterOptions(options);
  const router = express.Router();
  const endpoints = resources.flatMap((routesOf) => routesOf(context));
  mount(router, endpoints, { gate, ...context });
  router.use(answerErrors(context.logger));
  return router;
}
