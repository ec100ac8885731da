import { type Endpoint, type Reply } from '../http/endpoint.js';
import { type ApiContext } from './api-context.js';

const JSON_TYPE = 'application/json';
/** With its parameters, since Prometheus names the version in what it accepts and a type without one is another. */
const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics as JSON, and as Prometheus reads them where the source can tell them so. */
export function metricsRoutes({ metrics }: ApiContext): readonly Endpoint[] {
  const inJson = (): Reply => ({ json: metrics.report(), headers: { Vary: 'Accept' } });
  if (metrics.prometheus === undefined) {
    return [{ method: 'get', path: '/metrics', scope: 'read', handle: inJson }];
  }
  const inText = (): Reply => ({
    text: metrics.prometheus?.() ?? '',
    headers: { 'Content-Type': PROMETHEUS_TYPE, Vary: 'Accept' },
  });
  return [
    {
      method: 'get',
      path: '/metrics',
      scope: 'read',
      handle: (request) =>
        request.accepts([JSON_TYPE, PROMETHEUS_TYPE]) === PROMETHEUS_TYPE ? inText() : inJson(),
    },
    { method: 'get', path: '/metrics/prometheus', scope: 'read', handle: inText },
  ];
}
