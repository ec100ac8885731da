import { type Endpoint } from '../http/endpoint.js';
import { document } from '../validation/document-rule.js';
import { readFields } from '../validation/read-fields.js';
import { readId } from '../validation/read-id.js';
import { readQuery } from '../validation/read-query.js';
import { recordQuery } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';
import { found } from './found.js';
import { recordPage } from './record-page.js';

/** Refused states: list them, look at one, then retry it, discard it or put a corrected one in its place. */
export function quarantineRoutes({ sync }: ApiContext): readonly Endpoint[] {
  const { quarantine } = sync;
  const settle = (path: string, act: (id: string) => Promise<void>): Endpoint => ({
    method: 'post',
    path,
    scope: 'write',
    handle: async (request) => {
      readFields(request.body, {});
      await act(readId(request));
      return {};
    },
  });
  const edit: Omit<Endpoint, 'method'> = {
    path: '/quarantine/:id/edit',
    scope: 'write',
    handle: async (request) => {
      const corrected = readFields(request.body, { document });
      await quarantine.edit(readId(request), corrected.document);
      return {};
    },
  };
  return [
    {
      method: 'get',
      path: '/quarantine',
      scope: 'read',
      handle: async (request) => ({
        json: await recordPage(
          readQuery(request, recordQuery),
          (query) => quarantine.list(query),
          ({ id, lastAtMs }) => ({ id, atMs: lastAtMs }),
        ),
      }),
    },
    {
      method: 'get',
      path: '/quarantine/:id',
      scope: 'read',
      handle: async (request) => found(await quarantine.get(readId(request)), 'quarantined state'),
    },
    settle('/quarantine/:id/retry', (id) => quarantine.retry(id)),
    settle('/quarantine/:id/discard', (id) => quarantine.discard(id)),
    { ...edit, method: 'put' },
    { ...edit, method: 'post' },
  ];
}
