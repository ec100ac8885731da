import { type SyncStatus } from '@bomba/sync-core';
import { type StartReport, type Sync } from '@bomba/sync-mongo';

/** A sync that does nothing and remembers what it was told. */
export interface FakeSync {
  readonly sync: Sync;
  /** Names of the calls, in order. */
  readonly calls: string[];
}

/** Makes one whose start goes as told. */
export function createFakeSync(
  start: () => Promise<Partial<StartReport>> = async () => ({}),
  status: Partial<SyncStatus> = {},
): FakeSync {
  const calls: string[] = [];
  const sync = {
    start: async (): Promise<StartReport> => {
      calls.push('start');
      return {
        instanceId: 'test',
        atlas: 'connected',
        collections: [],
        refused: [],
        warnings: [],
        ...(await start()),
      };
    },
    stop: async () => void calls.push('stop'),
    status: () => ({ lastError: null, ...status }),
  };
  return { sync: sync as unknown as Sync, calls };
}
