import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../../fakes/api-server.js';
import { conflict } from '../../../fakes/fake-sync-control.js';
import { shellFor } from '../../../fakes/fake-shell.js';

const serve = serveEach(afterEach);

describe('bomba-sync conflicts', () => {
  it('lists what lost', async () => {
    const server = serve();
    const { stdout } = await (await shellFor(server)).run('conflicts', 'list', '--limit', '5');
    expect(stdout).toBe(
      'ID  COLLECTION  DOCUMENT  LOSER  REASON             RECORDED\n' +
        'c1  bills       5f        local  concurrent-update  1970-01-01 00:00:00Z\n',
    );
    expect(server.sync.calls).toEqual([['conflicts.list', { limit: 5 }]]);
  });

  it('shows one with its document, or that it was a deletion', async () => {
    const server = serve();
    const deletion = await (await shellFor(server)).run('conflicts', 'show', 'c1');
    expect(deletion.stdout).toMatch(/^winning version +b$/m);
    expect(deletion.stdout).toContain('it is a deletion');
    server.sync.conflicts.get = async () => ({ ...conflict, caution: true, document: { name: 'شاي' } });
    const shell = await shellFor(server);
    shell.stdout.isTTY = true;
    const { stdout } = await shell.run('conflicts', 'show', 'c1');
    expect(stdout).toMatch(/^caution +a time was missing/m);
    expect(stdout).toContain('  "name": \u2068"شاي"\u2069\n');
  });

  it('writes each again, and ends with 1 where one is not there', async () => {
    const server = serve();
    const { code, stdout } = await (await shellFor(server)).run('conflicts', 'restore', 'c1', 'c2');
    expect([code, stdout]).toEqual([1, 'c1 is written again\n']);
    expect(server.sync.calls).toEqual([
      ['conflicts.restore', 'c1'],
      ['conflicts.restore', 'c2'],
    ]);
  });
});
