import { AsyncLocalStorage } from 'node:async_hooks';

/** One for all: every promise of the process pays for each storage that has ever been used. */
const applying = new AsyncLocalStorage<RemoteApply>();

/** Knows which code runs because a state from Atlas is being applied. */
export class RemoteApply {
  /** Whether this code, or what it was called by, is logic on a state from Atlas. */
  get isActive(): boolean {
    return applying.getStore() === this;
  }

  run<Result>(logic: () => Result): Result {
    return applying.run(this, logic);
  }
}
