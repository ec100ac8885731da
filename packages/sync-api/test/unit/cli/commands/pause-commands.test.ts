import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../../fakes/api-server.js';
import { shellFor } from '../../../fakes/fake-shell.js';

const serve = serveEach(afterEach);

describe('bomba-sync pause and resume', () => {
  it('take a collection, a direction, or all, and print what is paused then', async () => {
    const server = serve();
    const type = async (...args: readonly string[]) => (await shellFor(server)).run(...args);
    const paused = await type('pause', '--collection', 'bills', '--direction', 'local-to-atlas');
    expect(paused.stdout).toBe('PAUSED COLLECTION  DIRECTION\nbills              local-to-atlas\n');
    expect((await type('resume')).stdout).toBe('Nothing is paused.\n');
    expect(server.sync.calls).toEqual([
      ['pause', { collection: 'bills', direction: 'local-to-atlas' }],
      ['resume', {}],
    ]);
  });

  it('say which collections there are where one is not known, and which directions', async () => {
    const server = serve();
    const unknown = await (await shellFor(server)).run('pause', '--collection', 'none');
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('  collection: must be a synced collection: bills, tables\n'),
    ]);
    const wrong = await (await shellFor(server)).run('pause', '--direction', 'up');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('local-to-atlas')]);
    expect(server.sync.calls).toEqual([]);
  });
});
