import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../../fakes/api-server.js';
import { runReport } from '../../../fakes/fake-sync-control.js';
import { type FakeShell, shellFor } from '../../../fakes/fake-shell.js';

const serve = serveEach(afterEach);

async function resync(prepare: Partial<FakeShell>, ...options: readonly string[]) {
  const server = serve();
  const shell = Object.assign(await shellFor(server), prepare);
  const ran = await shell.run('resync', '--detach', ...options);
  return { ...ran, shell, calls: server.sync.calls };
}

describe('bomba-sync resync', () => {
  it('asks before one side gives way, and names it', async () => {
    const wish = ['--prefer', 'atlas', '--collections', 'bills,tables'];
    const no = await resync({ canAsk: true, answer: 'n' }, ...wish);
    expect([no.code, no.calls]).toEqual([1, []]);
    expect(no.shell.asked).toEqual(['Have local give way to atlas in bills, tables? [y/N] ']);
    const yes = await resync({ canAsk: true, answer: 'y' }, ...wish);
    expect(yes.calls).toEqual([['resync', { prefer: 'atlas', collections: ['bills', 'tables'] }]]);
    expect(yes.stdout).toMatch(/^id +run\/1\n/);
  });

  it('wants --yes where nobody can be asked, but not where no side is preferred', async () => {
    expect((await resync({}, '--prefer', 'local')).code).toBe(2);
    expect((await resync({}, '--prefer', 'local', '--yes')).calls).toEqual([['resync', { prefer: 'local' }]]);
    expect((await resync({})).calls).toEqual([['resync', {}]]);
  });

  it('is watched to its end', async () => {
    const server = serve();
    const shell = await shellFor(server);
    const ran = shell.run('resync');
    await shell.told('full sync waiting');
    server.sync.runs = [{ ...runReport, state: 'completed', finishedAtMs: 9 }];
    server.sync.emit('fullSync', runReport);
    expect((await ran).code).toBe(0);
  });
});
