import { type RequestHandler } from 'express';

/** Says at `/` what this is and where to go. */
export function describeServer(resourceNames: readonly string[], branch: string | undefined): RequestHandler {
  const about = {
    name: 'bomba-server',
    description: 'A cafe with game consoles; its branches stay in sync, with or without the internet.',
    branch: branch ?? null,
    resources: Object.fromEntries(resourceNames.map((name) => [name, `/api/${name}`])),
    sync: {
      dashboard: '/api/sync/dashboard',
      metrics: '/api/sync/metrics',
      health: '/api/sync/health',
      live: '/api/sync/health/live',
      ready: '/api/sync/health/ready',
    },
    authentication: 'Authorization: Bearer <key of SYNC_API_KEYS>, or x-api-key: <key>',
  };
  return (_request, response) => void response.json(about);
}
