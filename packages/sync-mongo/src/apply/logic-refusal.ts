import { type Refusal, SyncError } from '@bomba/sync-core';
import { mapMongoError } from '../errors/map-mongo-error.js';

/** What of an error's own words is kept with the quarantined state. */
const MAX_REASON_LENGTH = 300;

/** How long logic may take: a hook that never ends must not hold up the others. */
export const LOGIC_PATIENCE_MS = 30_000;

/** The refusal that an error of validation, or of a hook, stands for. */
export function logicRefusal(error: unknown): Refusal {
  const paths = invalidPathsOf(error);
  if (paths) return refusal('SYNC_WRITE_VALIDATION', `Its model does not accept ${paths}.`);
  return refusal('SYNC_APPLY_HOOK_FAILED', describe(error));
}

/** The refusal of a state whose logic has not ended in time. */
export function neverEnded(limitMs: number): Refusal {
  return refusal('SYNC_APPLY_HOOK_FAILED', `It did not end within ${limitMs / 1000} s.`);
}

/** Whether a hook failed only because a database could not serve it at that moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = mapMongoError(error, 'local');
  return code === 'SYNC_WRITE_TRANSIENT' || code === 'SYNC_CONN_UNREACHABLE';
}

function refusal(code: 'SYNC_WRITE_VALIDATION' | 'SYNC_APPLY_HOOK_FAILED', reason: string): Refusal {
  return { refused: true, code, reason: reason.slice(0, MAX_REASON_LENGTH) };
}

/** Names and kinds only: the messages of validators quote values. */
function invalidPathsOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'ValidationError') return null;
  const errors: unknown = Reflect.get(error, 'errors');
  if (typeof errors !== 'object' || errors === null) return null;
  return Object.entries(errors)
    .map(([path, { kind }]: [string, { readonly kind?: unknown }]) => `${path} (${nameOf(kind)})`)
    .join(', ');
}

function nameOf(kind: unknown): string {
  return typeof kind === 'string' ? kind : 'invalid';
}

function describe(error: unknown): string {
  if (error instanceof SyncError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'It threw what is no error.';
}
