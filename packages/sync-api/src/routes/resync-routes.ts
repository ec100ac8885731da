import { type FullSyncReport, type SyncControl, SyncError } from '@bomba/sync-core';
import { type Endpoint } from '../http/endpoint.js';
import { readFields } from '../validation/read-fields.js';
import { listOf, oneOf, optional } from '../validation/rule.js';
import { knownCollection } from '../validation/sync-rules.js';
import { type ApiContext } from './api-context.js';
import { runAccepted } from './run-accepted.js';
import { startRun } from './start-run.js';

/** The operator's choice of a side for collections that paused themselves. */
export function resyncRoutes({ sync, logger }: ApiContext): readonly Endpoint[] {
  const options = {
    collections: optional(listOf(knownCollection(sync))),
    prefer: optional(oneOf(['local', 'atlas'])),
  };
  return [
    {
      method: 'post',
      path: '/resync',
      scope: 'write',
      handle: async (request) => {
        const asked = readFields(request.body, options);
        await refuseWhileRunning(sync);
        return runAccepted(request, await startRun((started) => resync(sync, asked, started), logger));
      },
    },
  ];
}

/** The events of a run that goes on already would be taken for those of the one to start. */
async function refuseWhileRunning({ fullSyncs }: SyncControl): Promise<void> {
  const [latest] = await fullSyncs.list({ limit: 1 });
  if (latest?.state === 'running') throw new SyncError('SYNC_FULL_RUNNING', 'A full sync is running.');
}

async function resync(
  sync: SyncControl,
  options: Parameters<SyncControl['resync']>[0],
  started: (report: FullSyncReport) => void,
): Promise<FullSyncReport> {
  const onFullSync = (report: FullSyncReport): void => {
    if (report.state === 'running') started(report);
  };
  sync.on('fullSync', onFullSync);
  try {
    return await sync.resync(options);
  } finally {
    sync.off('fullSync', onFullSync);
  }
}
