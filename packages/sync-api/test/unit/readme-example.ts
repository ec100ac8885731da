import { createSyncRouter } from '@bomba/sync-api';
import { type SyncControl } from '@bomba/sync-core';
import express, { type Express } from 'express';

/** A server that shows a sync to whoever has a key. */
export function createServer(sync: SyncControl, apiKeys: readonly string[]): Express {
  const app = express().disable('x-powered-by');
  app.use('/api/sync', createSyncRouter({ sync, apiKeys }));
  return app;
}
