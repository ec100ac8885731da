import { type FullSyncReport } from '@bomba/sync-core';
import { type Answer, type ApiClient } from './client/api-client.js';
import { CliError } from './cli-error.js';
import { exitCodes } from './exit-code.js';
import { type Shell } from './shell.js';

/** How long the server may be away before the run is given up: its next process goes on with the run. */
const MAX_ATTEMPTS = 60;
const RETRY_MS = 1_000;

/** What is followed, and how. */
export interface FollowOptions {
  readonly api: Pick<ApiClient, 'events'>;
  readonly id: string;
  readonly clock: Pick<Shell['clock'], 'sleep'>;
  /** Ends it: throws then. */
  readonly leave: AbortSignal;
  readonly onReport: (report: FullSyncReport) => void;
}

/**
 * Follows a run to its end, and answers with its last report. A stream that breaks off is opened anew, as the server may be
 * started again meanwhile; throws where it stays away for a minute.
 */
export async function followRun(options: FollowOptions): Promise<Answer<FullSyncReport>> {
  const { clock, leave } = options;
  let failedCount = 0;
  for (;;) {
    const told = await listen(options, () => {
      failedCount = 0;
    });
    if (!(told instanceof CliError)) return told;
    failedCount += 1;
    if (failedCount >= MAX_ATTEMPTS || !told.canRetry) throw told;
    await clock.sleep(RETRY_MS, leave);
  }
}

/** The last report, or why there is none. */
async function listen(
  { api, id, leave, onReport }: FollowOptions,
  onNews: () => void,
): Promise<Answer<FullSyncReport> | CliError> {
  try {
    for await (const { name, data } of api.events(`/full/${encodeURIComponent(id)}/events`, leave)) {
      const report = JSON.parse(data) as FullSyncReport;
      onNews();
      onReport(report);
      if (name === 'ended') return { value: report, text: data };
    }
    return new CliError(
      exitCodes.unreachable,
      'The server ended the stream of the run before its end.',
      true,
    );
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}
