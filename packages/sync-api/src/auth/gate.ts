import { type Request } from 'express';
import { RequestRefusal } from '../http/request-refusal.js';
import { type ApiKeys } from './api-keys.js';
import { type Authorize, type Scope } from './scope.js';

/** Who decides: keys, the host, either, or (where neither is configured) nobody, and then all is refused. */
export interface GateOptions {
  readonly keys: ApiKeys;
  readonly authorize: Authorize | undefined;
}

/** Says why a request may not pass; null where it may. A valid key opens both scopes. */
export async function refusalOf(
  request: Request,
  scope: Scope,
  { keys, authorize }: GateOptions,
): Promise<RequestRefusal | null> {
  if (keys.admit(request)) return null;
  if (authorize !== undefined) {
    const isAllowed: unknown = await authorize(request, scope);
    if (isAllowed === true) return null;
    return new RequestRefusal('SYNC_API_FORBIDDEN', `This caller may not ${scope} here.`);
  }
  if (keys.configured) {
    return new RequestRefusal('SYNC_API_UNAUTHENTICATED', 'This needs a valid API key.', {
      headers: { 'WWW-Authenticate': 'Bearer realm="bomba-sync"' },
    });
  }
  return new RequestRefusal(
    'SYNC_API_FORBIDDEN',
    'No access is configured: neither apiKeys nor authorize is given.',
  );
}
