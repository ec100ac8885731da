import { type Logger } from '@bomba/sync-core';
import { type DirectionMeter } from '../metrics/direction-meter.js';
import { type OperationInfo } from './operation-info.js';

/** How an operation went. */
export interface OperationOutcome {
  readonly success: boolean;
  readonly durationMs: number;
  readonly nowMs: number;
}

/** Counts one operation and logs one line about it. */
export function recordOperation(
  { meter, logger }: { meter: DirectionMeter; logger: Logger },
  info: OperationInfo,
  { success, durationMs, nowMs }: OperationOutcome,
): void {
  const { operation, collection, documentId, code } = typeof info === 'string' ? { operation: info } : info;
  const fields = { direction: meter.direction, operation, collection, documentId, durationMs };
  if (success) {
    meter.applied({ count: 1, durationMs, collection }, nowMs);
    logger.debug('Operation stored on the other side.', fields);
  } else {
    meter.failed({ code, durationMs }, nowMs);
    logger.warn('Operation failed.', { ...fields, code });
  }
}
