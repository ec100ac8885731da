import { type Clock, type Logger } from '@bomba/sync-core';
import { type RequestHandler, type Response, type Router } from 'express';
import { type GateOptions, refusalOf } from '../auth/gate.js';
import { type Endpoint, type Reply } from './endpoint.js';
import { readBody } from './read-body.js';
import { RequestRefusal } from './request-refusal.js';
import { sendEvents } from './send-events.js';

/** What every route goes through. */
export interface MountOptions {
  readonly gate: GateOptions;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'sleep'>;
}

/**
 * Adds endpoints to a router: first the key, then the body, then the handler. Other methods of their paths are refused;
 * paths it does not know are left to the host.
 */
export function mount(router: Router, endpoints: readonly Endpoint[], options: MountOptions): void {
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const own = endpoints.filter((endpoint) => endpoint.path === path);
    const route = router.route(path);
    route.all(forbidCaching);
    for (const endpoint of own) {
      route[endpoint.method](
        guard(endpoint.scope, options.gate),
        ...(endpoint.method === 'get' ? [] : readBody),
        run(endpoint, options),
      );
    }
    route.all(
      guard(own.some(({ scope }) => scope === 'open') ? 'open' : 'read', options.gate),
      refuseMethod(own),
    );
  }
}

const forbidCaching: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

function guard(scope: Endpoint['scope'], gate: GateOptions): RequestHandler {
  return async (request, _response, next) => {
    const refusal = scope === 'open' ? null : await refusalOf(request, scope, gate);
    if (refusal !== null) throw refusal;
    next();
  };
}

function run({ handle, method, path, scope }: Endpoint, { logger, clock }: MountOptions): RequestHandler {
  return async (request, response) => {
    const reply = await handle(request);
    if (scope === 'write')
      logger.info('API request done.', { method, path, id: String(request.params.id ?? '') });
    if (reply.events) await sendEvents(response, reply.events, clock);
    else send(response, reply);
  };
}

function send(response: Response, { json, text, headers = {}, status }: Reply): void {
  const empty = json === undefined && text === undefined;
  response.status(status ?? (empty ? 204 : 200)).set(headers);
  if (text !== undefined) response.send(text);
  else if (empty) response.end();
  else response.json(json);
}

function refuseMethod(own: readonly Endpoint[]): RequestHandler {
  const known = own.map(({ method }) => method.toUpperCase());
  const allow = (known.includes('GET') ? [...known, 'HEAD'] : known).join(', ');
  return (request) => {
    throw new RequestRefusal(
      'SYNC_API_METHOD_NOT_ALLOWED',
      `${request.method} is not possible here, but ${allow}.`,
      {
        headers: { Allow: allow },
      },
    );
  };
}
