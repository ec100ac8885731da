export { createSyncRouter } from './create-sync-router.js';
export { type SyncRouterOptions } from './sync-router-options.js';
export { type Authorize, type Scope } from './auth/scope.js';
export { type MetricsSource } from './routes/api-context.js';
export { type Problem } from './http/problem.js';
export { type InvalidValue } from './http/request-refusal.js';
