import { type ReadyDemo } from './ready-demo.js';

/** What to look at, once everything runs. */
export function describeDemo({ branches, apiKey }: ReadyDemo): string {
  const [a, b] = branches;
  if (!a || !b) return '';
  return [
    '',
    'Two branches and one Atlas are in sync. Try:',
    `  curl '${b.url}/api/products?q=قهوة'`,
    `  curl -X POST ${a.url}/api/products -H 'content-type: application/json' -d '{"name":"كركديه","price":2500}'`,
    `  curl '${b.url}/api/products?limit=1'`,
    `  curl -H 'x-api-key: ${apiKey}' ${a.url}/api/sync/health`,
    `  export BOMBA_SYNC_URL=${a.url}/api/sync BOMBA_SYNC_API_KEY=${apiKey}`,
    '  node packages/sync-api/bin/bomba-sync.js full --dry-run',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}
