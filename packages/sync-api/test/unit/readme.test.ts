import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { KEY } from '../fakes/api-server.js';
import { FakeSyncControl } from '../fakes/fake-sync-control.js';
import { createServer } from './readme-example.js';

const read = (path: string) => readFileSync(join(__dirname, path), 'utf8');

describe('the README', () => {
  it('shows the example that is run here', async () => {
    const [, shown] = /```ts\n(.*?)```/s.exec(read('../../README.md')) ?? [];
    expect(shown).toBe(read('readme-example.ts'));
    const app = createServer(new FakeSyncControl(), [KEY]);
    await request(app).get('/api/sync/status').expect(401);
    await request(app).get('/api/sync/status').set('x-api-key', KEY).expect(200);
  });
});
