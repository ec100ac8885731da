import { type Endpoint } from '../http/endpoint.js';
import { OpenStreams } from '../http/open-streams.js';
import { LAST_EVENT_ID } from '../http/send-events.js';
import { readFields } from '../validation/read-fields.js';
import { readId } from '../validation/read-id.js';
import { readQuery } from '../validation/read-query.js';
import { flag, listOf, optional } from '../validation/rule.js';
import { direction, knownCollection, recordQuery, runId } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';
import { found } from './found.js';
import { runAccepted } from './run-accepted.js';
import { runEvents } from './run-events.js';
import { startRun } from './start-run.js';

/** Full syncs: start one, list them, look at one, follow it, or have it end. */
export function fullSyncRoutes({ sync, logger, clock }: ApiContext): readonly Endpoint[] {
  const streams = new OpenStreams();
  const options = {
    dryRun: optional(flag),
    changedOnly: optional(flag),
    collections: optional(listOf(knownCollection(sync))),
    direction: optional(direction),
    resume: optional(runId),
  };
  return [
    {
      method: 'post',
      path: '/full',
      scope: 'write',
      handle: async (request) => {
        const asked = readFields(request.body, options);
        const report = await startRun((onProgress) => sync.fullSync({ ...asked, onProgress }), logger);
        return runAccepted(request, report);
      },
    },
    {
      method: 'get',
      path: '/full',
      scope: 'read',
      handle: async (request) => ({
        json: { items: await sync.fullSyncs.list(readQuery(request, { limit: recordQuery.limit })) },
      }),
    },
    {
      method: 'get',
      path: '/full/:id',
      scope: 'read',
      handle: async (request) => found(await sync.fullSyncs.get(readId(request)), 'full sync'),
    },
    {
      method: 'post',
      path: '/full/:id/cancel',
      scope: 'write',
      handle: async (request) => {
        readFields(request.body, {});
        const run = await sync.fullSyncs.cancel(readId(request));
        return run?.state === 'running' ? runAccepted(request, run) : found(run, 'full sync');
      },
    },
    {
      method: 'get',
      path: '/full/:id/events',
      scope: 'read',
      handle: async (request) => {
        const run = await sync.fullSyncs.get(readId(request));
        // A browser that lost the connection after the last event connects anew until it is told not to.
        if (!run || request.method === 'HEAD') return found(run, 'full sync');
        if (request.get('Last-Event-ID') === LAST_EVENT_ID) return {};
        const gone = streams.open(request);
        return { events: { events: runEvents({ sync, run, gone, clock }), gone } };
      },
    },
  ];
}
