import { type Endpoint } from '../http/endpoint.js';
import { readFields } from '../validation/read-fields.js';
import { readId } from '../validation/read-id.js';
import { readQuery } from '../validation/read-query.js';
import { flag, listOf, optional } from '../validation/rule.js';
import { direction, knownCollection, recordQuery, runId } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';
import { found } from './found.js';
import { runAccepted } from './run-accepted.js';
import { startRun } from './start-run.js';

/** Full syncs: start one, list them, look at one. */
export function fullSyncRoutes({ sync, logger }: ApiContext): readonly Endpoint[] {
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
  ];
}
