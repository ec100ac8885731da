import { type Logger } from '@bomba/sync-core';
import { type Mongoose } from 'mongoose';
import { findBypasses } from '../capture/index.js';

/** What this version of Mongoose does past capture, one sentence each; said loudly, as such writes would not travel. */
export async function captureWarnings(mongoose: Mongoose, logger: Logger): Promise<readonly string[]> {
  const bypasses = await findBypasses(mongoose);
  if (bypasses.length === 0) return [];
  const methods = bypasses.join(', ');
  logger.error('this version of Mongoose writes past capture', { code: 'SYNC_CAPTURE_BYPASSED', methods });
  return [`This version of Mongoose writes past capture by ${methods}; use a supported one.`];
}
