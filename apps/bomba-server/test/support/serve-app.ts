import { silentLogger } from '@bomba/sync-core';
import { type RequestHandler } from 'express';
import { type AppOptions, createApp } from '../../src/http/create-app.js';
import { createKeyCheck } from '../../src/http/api-key.js';
import { type HttpServer, listen } from '../../src/http-server.js';

/** Key that opens a served app. */
export const apiKey = 'the-key-of-the-tests';

const silentRouter: RequestHandler = (_request, response) => void response.status(401).end();

/** Serves an app on a free port; options that a test does not name are harmless. */
export function serveApp(options: Partial<AppOptions> & Pick<AppOptions, 'resources'>): Promise<HttpServer> {
  const app = createApp({
    syncRouter: silentRouter,
    hasKey: createKeyCheck([apiKey, 'second-key-while-rotating']),
    openApi: false,
    branch: undefined,
    logger: silentLogger,
    localIsUp: () => true,
    ...options,
  });
  return listen(app, { host: '127.0.0.1', port: 0 });
}
