import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../src/config/read-config.js';
import { reportStart } from '../../../src/startup/report-start.js';
import { createFakeSync } from '../../support/fake-sync.js';
import { recordLog } from '../../support/record-log.js';

const key = 'a-key-that-is-long-enough';
const configured = { ATLAS_MONGODB_URI: 'mongodb://127.0.0.1:1/bomba', SYNC_API_KEYS: key };

async function linesFor(
  environment: Record<string, string>,
  start: Parameters<typeof createFakeSync>[0] | null = async () => ({}),
  status: Parameters<typeof createFakeSync>[1] = {},
): Promise<readonly string[]> {
  const log = recordLog();
  const { sync } = createFakeSync(start ?? undefined, status);
  const report = start === null ? null : await sync.start();
  reportStart(
    { url: 'http://127.0.0.1:3000', report, status: sync.status(), config: readConfig(environment) },
    log,
  );
  return log.lines;
}

describe('reportStart', () => {
  it('says in one line where the server listens and how the databases are', async () => {
    expect(await linesFor(configured)).toEqual([
      'info Listening on http://127.0.0.1:3000; Local connected; Atlas connected',
    ]);
  });

  it('says that the server works without Atlas, why it is absent, and what to do', async () => {
    const lines = await linesFor(configured, async () => ({ atlas: 'absent' }), {
      lastError: { code: 'SYNC_CONN_NOT_REPLICA_SET', message: 'Atlas is a standalone server.', atMs: 0 },
    });
    expect(lines).toEqual([
      expect.stringMatching(/Local connected; Atlas absent: the server works, writes wait on Local$/),
      'warn Atlas is a standalone server. Give the URI of a replica set or sharded cluster.',
    ]);
  });

  it('says that another process runs the sync', async () => {
    expect(
      (await linesFor(configured, async () => ({ atlas: 'absent' }), { state: 'standby' }))[0],
    ).toContain('another process of this branch runs the sync');
  });

  it('says each thing once', async () => {
    const lastError = { code: 'SYNC_CONN_UNREACHABLE', message: 'Atlas did not answer.', atMs: 0 };
    const warnings = ['Atlas did not answer. (SYNC_CONN_UNREACHABLE)'];
    expect(
      await linesFor(configured, async () => ({ atlas: 'absent', warnings }), { lastError }),
    ).toHaveLength(2);
  });

  it('says that Atlas is not configured, or sync switched off', async () => {
    expect((await linesFor({ SYNC_API_KEYS: key }))[0]).toContain('Atlas is not configured');
    expect((await linesFor(configured, null))[0]).toContain('sync is switched off');
  });

  it('warns of each collection that is not synced, and of what else is weaker than asked', async () => {
    const lines = await linesFor(configured, async () => ({
      warnings: ['An index could not be built.'],
      refused: [{ collection: 'logs', reason: 'it is capped' }],
    }));
    expect(lines.slice(1)).toEqual([
      'warn An index could not be built.',
      'warn A collection is not synced: it is capped',
    ]);
  });

  it('warns of a setting that has no effect', async () => {
    const lines = await linesFor({ ...configured, ORIGIN_TRACKING_CLEANUP_INTERVAL: '5' });
    expect(lines.slice(1)).toEqual([
      'warn ORIGIN_TRACKING_CLEANUP_INTERVAL has no effect in this version: remove it',
    ]);
  });

  it('warns where no key opens the API', async () => {
    expect(await linesFor({ ...configured, SYNC_API_KEYS: '' })).toContainEqual(
      expect.stringContaining('No key opens the API: set SYNC_API_KEYS'),
    );
  });
});
