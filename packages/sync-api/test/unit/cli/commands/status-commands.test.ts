import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../../fakes/api-server.js';
import { shellFor } from '../../../fakes/fake-shell.js';

const serve = serveEach(afterEach);

describe('bomba-sync status', () => {
  it('prints the state, the counts of both directions, and what is paused', async () => {
    const server = serve();
    server.sync.state = {
      ...server.sync.state,
      queueOverflowed: true,
      paused: [{ collection: 'bills' }, { direction: 'atlas-to-local' }],
      refused: [{ collection: 'logs', reason: 'It is capped.' }],
      lastError: { code: 'SYNC_CONN_AUTH', message: 'no\u001b[2J', atMs: 0 },
    };
    const { code, stdout } = await (await shellFor(server)).run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state +running\n/);
    expect(stdout).toMatch(/^queue +2 and more, found by scanning$/m);
    expect(stdout).toMatch(/^not synced +logs: It is capped\.$/m);
    expect(stdout).toMatch(/^last error +1970-01-01 00:00:00Z SYNC_CONN_AUTH: no\\u001b\[2J$/m);
    expect(stdout).toMatch(/^local-to-atlas +3 +1 +0 +0 +-$/m);
    expect(stdout).toMatch(/^bills +\(both\)\n\(all\) +atlas-to-local\n/m);
  });
});

it('says so where no key was sent', async () => {
  const shell = await shellFor(serve());
  shell.env = { BOMBA_SYNC_URL: shell.env['BOMBA_SYNC_URL'] };
  const { code, stderr } = await shell.run('status');
  expect(code).toBe(1);
  expect(stderr).toMatch(/code: SYNC_API_UNAUTHENTICATED\n.*\n {2}No key was sent: .*--key-file\.\n$/);
});

describe('bomba-sync health', () => {
  it('prints each check with its remedy, and ends with 4 where it is unhealthy', async () => {
    const server = serve();
    const check = { name: 'local', message: 'Local does not answer.', remedy: 'Start it.' };
    for (const [status, expected] of [
      ['healthy', 0],
      ['degraded', 0],
      ['unhealthy', 4],
    ] as const) {
      server.sync.report = { status, ready: false, checks: [{ ...check, status }], atMs: 1 };
      const { code, stdout } = await (await shellFor(server)).run('health');
      expect(code).toBe(expected);
      expect(stdout).toMatch(new RegExp(`^status +${status}\nready +no\n`));
      expect(stdout).toMatch(new RegExp(`^local +${status} +Local does not answer\\. +Start it\\.$`, 'm'));
    }
  });
});
