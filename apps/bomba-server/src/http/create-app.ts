import { type Logger } from '@bomba/sync-core';
import express, { type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { type CompiledResource } from '../models/compile-models.js';
import { createResourceRouter } from '../resources/create-resource-router.js';
import { describeServer } from './describe-server.js';
import { createErrorHandler } from './error-handler.js';
import { createFailedAuthLimit } from './failed-auth-limit.js';
import { HttpProblem, sendProblem } from './http-problem.js';
import { isForThisMachine } from './open-on-loopback.js';
import { requireAuthorization } from './require-authorization.js';

/** What {@link createApp} puts together. */
export interface AppOptions {
  readonly resources: readonly CompiledResource[];
  /** Served at `/api/sync`; it authorises by itself. */
  readonly syncRouter: RequestHandler;
  readonly hasKey: (request: Request) => boolean;
  /** Serves the resources without a key to whoever is on this machine. */
  readonly openApi: boolean;
  readonly branch: string | undefined;
  readonly logger: Logger;
  readonly localIsUp: () => boolean;
}

/** The server speaks HTTP; a browser that is told to ask by HTTPS would find no scripts of the dashboard. */
const contentSecurityPolicy = { directives: { upgradeInsecureRequests: null } };

const largestBody = '100kb';

const sayNotFound: RequestHandler = (_request, response) =>
  sendProblem(response, new HttpProblem(404, 'There is nothing at this address: see / for what there is.'));

/** The HTTP side of the server: the resources, the sync routes, and everything that guards them. */
export function createApp(options: AppOptions): Express {
  const { resources, syncRouter, hasKey, openApi, branch, logger, localIsUp } = options;
  const mayUseResources = (request: Request): boolean =>
    hasKey(request) || (openApi && isForThisMachine(request));
  const names = resources.map(({ name }) => name);

  const app = express();
  app.disable('x-powered-by');
  app.use(helmet({ contentSecurityPolicy }));
  app.get('/', describeServer(names, branch));
  app.use('/api', createFailedAuthLimit(hasKey));
  app.use('/api/sync', syncRouter);
  app.use('/api', requireAuthorization(mayUseResources), express.json({ limit: largestBody, strict: true }));
  for (const resource of resources) app.use(`/api/${resource.name}`, createResourceRouter(resource));
  app.use(sayNotFound);
  app.use(createErrorHandler({ logger, localIsUp }));
  return app;
}
