import { type Logger, SyncError } from '@bomba/sync-core';

/** Waits until all is pushed; where it is not in time, it will be after the next start. */
export async function drain(idle: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await idle();
  } catch (error) {
    const code = error instanceof SyncError ? error.code : 'SYNC_BUG';
    logger.info('not everything was pushed before the end; it will be after the next start', { code });
  }
}
