import { type Endpoint } from '../http/endpoint.js';
import { readFields } from '../validation/read-fields.js';
import { readId } from '../validation/read-id.js';
import { readQuery } from '../validation/read-query.js';
import { recordQuery } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';
import { found } from './found.js';
import { recordPage } from './record-page.js';

/** States that lost a conflict: list them, look at one, write one again. */
export function conflictRoutes({ sync }: ApiContext): readonly Endpoint[] {
  return [
    {
      method: 'get',
      path: '/conflicts',
      scope: 'read',
      handle: async (request) => ({
        json: {
          ...(await recordPage(
            readQuery(request, recordQuery),
            (query) => sync.conflicts.list(query),
            ({ id, recordedAtMs }) => ({ id, atMs: recordedAtMs }),
          )),
          stats: sync.conflicts.stats(),
        },
      }),
    },
    {
      method: 'get',
      path: '/conflicts/:id',
      scope: 'read',
      handle: async (request) => found(await sync.conflicts.get(readId(request)), 'conflict'),
    },
    {
      method: 'post',
      path: '/conflicts/:id/restore',
      scope: 'write',
      handle: async (request) => {
        readFields(request.body, {});
        await sync.conflicts.restore(readId(request));
        return {};
      },
    },
  ];
}
