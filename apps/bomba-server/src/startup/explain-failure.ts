import { isSyncError } from '@bomba/sync-core';
import { ConfigError } from '../config/config-error.js';
import { StartError } from './start-error.js';

/** What to tell the operator about a server that did not start: a sentence with the remedy, then details if any. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    return [error.message, ...error.problems.map((problem) => `  - ${problem}`)].join('\n');
  }
  if (error instanceof StartError) return error.message;
  if (isSyncError(error)) return `${error.message} ${error.remedy} (${error.code})`;
  const stack = error instanceof Error ? error.stack : String(error);
  return `Something unexpected happened; please report it with these lines.\n${stack ?? ''}`;
}
