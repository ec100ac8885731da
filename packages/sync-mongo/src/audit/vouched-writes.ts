import { AsyncLocalStorage } from 'node:async_hooks';

const vouched = new AsyncLocalStorage<true>();

/** Runs work whose write commands need no dirty id: the engine's own, and those that are recorded in another way. */
export function vouchFor<Result>(work: () => Result): Result {
  return vouched.run(true, work);
}

/** True within {@link vouchFor}. */
export function isVouchedFor(): boolean {
  return vouched.getStore() === true;
}
