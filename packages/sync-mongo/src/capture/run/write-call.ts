import { type WriteTarget } from './write-target.js';

/** One call of a method, as the application made it. */
export interface WriteCall {
  readonly target: WriteTarget;
  readonly args: readonly unknown[];
}

/**
 * Carries out a call so that what it writes is marked. It prepares before it returns; null where the call is malformed
 * and is left to Mongoose, which then fails as it would have.
 */
export type CaptureForm = (call: WriteCall) => Promise<unknown> | null;
