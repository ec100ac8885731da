import { type FailedAttempt } from './start-with-first.js';

/** No provider could start the databases; the message lists each, why, and what would help. */
export class NoDatabasesError extends Error {
  override readonly name = 'NoDatabasesError';

  constructor(readonly attempts: readonly FailedAttempt[]) {
    const list = attempts.map(({ provider, reason, remedy }) => `${provider}: ${reason} (${remedy})`);
    super(`no database server could be started; tried ${list.join('; ')}`);
  }
}
