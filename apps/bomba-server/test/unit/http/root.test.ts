import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpServer } from '../../../src/http-server.js';
import { compileInMemory } from '../../support/models-in-memory.js';
import { serveApp } from '../../support/serve-app.js';

let server: HttpServer | undefined;
afterEach(() => server?.close());

describe('the root', () => {
  it('says what this is and where to go, without a key', async () => {
    server = await serveApp({ resources: [compileInMemory()('products')], branch: 'CAI' });
    const response = await fetch(server.url);
    expect(await response.json()).toMatchObject({
      name: 'bomba-server',
      branch: 'CAI',
      resources: { products: '/api/products' },
      sync: { dashboard: '/api/sync/dashboard' },
    });
  });

  it('sends the headers of helmet and does not say what it is built with', async () => {
    server = await serveApp({ resources: [] });
    const { headers } = await fetch(server.url);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });
});
