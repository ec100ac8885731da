import { type Endpoint } from '../http/endpoint.js';
import { readFields } from '../validation/read-fields.js';
import { listOf, oneOf, optional } from '../validation/rule.js';
import { knownCollection } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';
import { runAccepted } from './run-accepted.js';
import { startRun } from './start-run.js';

/** The operator's choice of a side for collections that paused themselves. */
export function resyncRoutes({ sync, logger }: ApiContext): readonly Endpoint[] {
  const options = {
    collections: optional(listOf(knownCollection(sync))),
    prefer: optional(oneOf(['local', 'atlas'])),
  };
  return [
    {
      method: 'post',
      path: '/resync',
      scope: 'write',
      handle: async (request) => {
        const asked = readFields(request.body, options);
        const report = await startRun((onProgress) => sync.resync({ ...asked, onProgress }), logger);
        return runAccepted(request, report);
      },
    },
  ];
}
