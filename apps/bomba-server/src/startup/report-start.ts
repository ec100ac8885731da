import { errorCodes, type Logger, type SyncErrorCode, type SyncStatus } from '@bomba/sync-core';
import { type StartReport } from '@bomba/sync-mongo';
import { type ServerConfig } from '../config/environment-variables.js';
import { findIdleSettings } from '../config/sync-options-of.js';

/** What {@link reportStart} tells. */
export interface StartFacts {
  readonly url: string;
  /** Null where sync is switched off. */
  readonly report: StartReport | null;
  readonly status: SyncStatus;
  readonly config: ServerConfig;
}

function describeAtlas({ report, status, config }: StartFacts): string {
  if (report === null) return 'sync is switched off';
  if (status.state === 'standby') return 'another process of this branch runs the sync, this one stands by';
  if (config.ATLAS_MONGODB_URI === undefined) {
    return 'Atlas is not configured: writes wait on Local until ATLAS_MONGODB_URI is set';
  }
  return report.atlas === 'connected'
    ? 'Atlas connected'
    : 'Atlas absent: the server works, writes wait on Local';
}

const remedyOf = (code: string): string =>
  code in errorCodes ? ` ${errorCodes[code as SyncErrorCode].remedy}` : '';

/** Says in the log how the start went: one line, and a warning for each thing that is weaker than asked. */
export function reportStart(facts: StartFacts, logger: Logger): void {
  const { url, report, status, config } = facts;
  logger.info(`Listening on ${url}; Local connected; ${describeAtlas(facts)}`);
  const { lastError } = status;
  if (lastError !== null)
    logger.warn(`${lastError.message}${remedyOf(lastError.code)}`, { code: lastError.code });
  const others = report?.warnings.filter((warning) => !warning.startsWith(lastError?.message ?? '\0')) ?? [];
  for (const warning of others) logger.warn(warning);
  for (const { collection, reason } of report?.refused ?? []) {
    logger.warn(`A collection is not synced: ${reason}`, { collection });
  }
  for (const setting of findIdleSettings(config)) logger.warn(setting);
  if (config.SYNC_API_KEYS.length === 0) {
    logger.warn('No key opens the API: set SYNC_API_KEYS to reach it and the dashboard');
  }
}
