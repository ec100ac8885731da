import { type Endpoint } from '../http/endpoint.js';
import { type ApiContext } from './api-context.js';

/** The engine's own picture of itself. */
export function statusRoutes({ sync }: ApiContext): readonly Endpoint[] {
  return [{ method: 'get', path: '/status', scope: 'read', handle: () => ({ json: sync.status() }) }];
}
