import { afterEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { type ApiServer, serveEach } from '../../../fakes/api-server.js';
import { runReport } from '../../../fakes/fake-sync-control.js';
import { shellFor } from '../../../fakes/fake-shell.js';

const serve = serveEach(afterEach);

const bills = { collection: 'bills', comparedCount: 5, differentCount: 0, repairedCount: 0 };
const ended: FullSyncReport = { ...runReport, state: 'completed', finishedAtMs: 2_001, collections: [bills] };
const running: FullSyncReport = {
  ...runReport,
  progress: {
    ...{ collection: 'bills', phase: 'comparing', perSecond: 10, remainingMs: 500 },
    ...{ doneCount: 5, estimatedCount: 10 },
  },
};

/** The run goes on in the server. */
function goOn({ sync }: ApiServer, run: FullSyncReport): void {
  sync.runs = [run];
  sync.emit('fullSync', run);
}

async function startFull(...options: readonly string[]) {
  const server = serve();
  const shell = await shellFor(server);
  const ran = shell.run('full', ...options);
  return { server, shell, ran };
}

describe('bomba-sync full', () => {
  it('starts a run, shows its progress, and prints what it found', async () => {
    const { server, shell, ran } = await startFull('--collections', 'bills,tables', '--changed-only');
    await shell.told('full sync waiting');
    shell.nowMs = 5_000;
    goOn(server, running);
    await shell.told('50 %');
    goOn(server, ended);
    const { code, stdout } = await ran;
    expect(code).toBe(0);
    expect(server.sync.calls[0]).toEqual([
      'fullSync',
      { collections: ['bills', 'tables'], changedOnly: true },
    ]);
    expect(stdout).toContain('id        run/1\nstate     completed\n');
    expect(stdout).toContain('bills       5         0          0\n');
    expect(shell.err).toContain('full sync completed  5 compared');
    expect(shell.isInterruptible).toBe(false);
  });

  it('ends with 4 where a dry run found documents that differ, and shows examples', async () => {
    const { server, shell, ran } = await startFull('--dry-run', '--direction', 'local-to-atlas');
    await shell.told('full sync waiting');
    const collections = [
      {
        ...bills,
        ...{ differentCount: 1, kinds: { differs: 1 }, paused: true, options: ['validator'] },
        indexes: [{ fields: ['number'], isUnique: true, missingOn: 'atlas' as const }],
        samples: [
          {
            ...{ documentId: '5f', kind: 'differs' as const, newer: 'local' as const, editedOn: [] },
            fields: [{ path: 'total', missingOn: null }],
          },
        ],
      },
    ];
    goOn(server, { ...ended, dryRun: true, collections });
    const { code, stdout } = await ran;
    expect(code).toBe(4);
    expect(server.sync.calls[0]).toEqual(['fullSync', { dryRun: true, direction: 'local-to-atlas' }]);
    expect(stdout).toContain('paused, differs 1, index number missing on atlas, option validator differs\n');
    expect(stdout).toContain('bills       5f        differs  local  -          total\n');
  });

  it('ends with 1 where the run failed, with the code and what to do', async () => {
    const { server, shell, ran } = await startFull();
    await shell.told('full sync waiting');
    const error = { code: 'SYNC_CONN_AUTH', message: 'Atlas says no.', side: 'atlas' } as const;
    goOn(server, { ...ended, state: 'failed', error });
    const { code, stdout } = await ran;
    expect(code).toBe(1);
    expect(stdout).toMatch(/error +Atlas says no\.\ncode +SYNC_CONN_AUTH\nfailed on +atlas\nremedy +\S/);
  });

  it('prints the last report alone with --json, and does not wait with --detach', async () => {
    const { server, shell, ran } = await startFull('--json');
    await shell.told('full sync waiting');
    const repaired = { ...ended, collections: [{ ...bills, differentCount: 1, repairedCount: 1 }] };
    goOn(server, repaired);
    const { code, stdout } = await ran;
    expect([code, JSON.parse(stdout)]).toEqual([0, repaired]);

    const detached = await startFull('--json', '--detach');
    expect(JSON.parse((await detached.ran).stdout)).toEqual(runReport);
    expect(detached.shell.err).toBe('');
  });

  it('goes on with a run that ended, and with no other wish beside it', async () => {
    const { server, shell, ran } = await startFull('--resume', 'run%201');
    await shell.told('full sync waiting');
    goOn(server, ended);
    expect((await ran).code).toBe(0);
    expect(server.sync.calls[0]).toEqual(['fullSync', { resume: 'run 1' }]);
    const wrong = await startFull('--resume', 'run1', '--dry-run');
    expect((await wrong.ran).code).toBe(2);
    expect(wrong.server.sync.calls).toEqual([]);
  });
});

describe('Ctrl-C during bomba-sync full', () => {
  it('cancels the run, prints what it found until then, and ends with 130', async () => {
    const { server, shell, ran } = await startFull();
    await shell.told('full sync waiting');
    server.sync.fullSyncs.cancel = async (id) => {
      goOn(server, { ...ended, id, state: 'cancelled' });
      return server.sync.runs[0] ?? null;
    };
    shell.interrupt();
    const { code, stdout } = await ran;
    expect(code).toBe(130);
    expect(stdout).toContain('state     cancelled\n');
  });

  it('is heard before the run is known by its id', async () => {
    const server = serve();
    const shell = await shellFor(server);
    const fullSync = server.sync.fullSync.bind(server.sync);
    server.sync.fullSync = (options) => {
      shell.interrupt();
      return fullSync(options);
    };
    server.sync.fullSyncs.cancel = async () => {
      goOn(server, { ...ended, state: 'cancelled' });
      return server.sync.runs[0] ?? null;
    };
    expect((await shell.run('full')).code).toBe(130);
  });

  it('leaves the run to itself when it comes again', async () => {
    const { shell, ran } = await startFull();
    await shell.told('full sync waiting');
    shell.interrupt();
    shell.interrupt();
    const { code, stderr } = await ran;
    expect(code).toBe(130);
    expect(stderr).toContain('bomba-sync runs show run/1');
  });
});

describe('bomba-sync runs', () => {
  const serveRun = async (run: FullSyncReport) => {
    const server = serve();
    server.sync.runs = [run];
    return { server, shell: await shellFor(server) };
  };

  it('lists them', async () => {
    const { server, shell } = await serveRun(ended);
    const { stdout } = await shell.run('runs', 'list', '--limit', '3');
    expect(stdout).toContain('run/1  completed  no       1970-01-01 00:00:00Z  1970-01-01 00:00:02Z  5 ');
    expect(server.sync.calls).toEqual([['fullSyncs.list', { limit: 3 }]]);
  });

  it('shows one, follows one, and has one end', async () => {
    for (const verb of ['show', 'follow', 'cancel']) {
      const { server, shell } = await serveRun(ended);
      const { code, stdout } = await shell.run('runs', verb, 'run/1');
      expect(code).toBe(0);
      expect(stdout).toContain('state     completed\n');
      expect(server.sync.calls[0]?.[1]).toBe('run/1');
    }
    const { shell } = await serveRun(ended);
    expect((await shell.run('runs', 'follow', 'none')).code).toBe(1);
  });
});
