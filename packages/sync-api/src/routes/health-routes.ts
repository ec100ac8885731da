import { type Endpoint } from '../http/endpoint.js';
import { type ApiContext } from './api-context.js';
import { recentHealth } from './recent-health.js';

/** Is it well? For people, with a key; and for load balancers and supervisors, who learn nothing but the state. */
export function healthRoutes({ sync, logger, clock }: ApiContext): readonly Endpoint[] {
  const health = recentHealth(sync, clock);
  const isReady = async (): Promise<boolean> => {
    try {
      return (await health()).ready;
    } catch {
      logger.warn('Health could not be found out.');
      return false;
    }
  };
  return [
    {
      method: 'get',
      path: '/health',
      scope: 'read',
      handle: async () => {
        const report = await sync.health();
        return { status: report.status === 'unhealthy' ? 503 : 200, json: report };
      },
    },
    { method: 'get', path: '/health/live', scope: 'open', handle: () => ({ json: { status: 'live' } }) },
    {
      method: 'get',
      path: '/health/ready',
      scope: 'open',
      handle: async () =>
        (await isReady()) ? { json: { status: 'ready' } } : { status: 503, json: { status: 'not-ready' } },
    },
  ];
}
