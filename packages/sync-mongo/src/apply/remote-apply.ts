import { AsyncLocalStorage } from 'node:async_hooks';

/** Knows which code runs because a state from Atlas is being applied. */
export class RemoteApply {
  readonly #storage = new AsyncLocalStorage<true>();

  /** Whether this code, or what it was called by, is logic on a state from Atlas. */
  get isActive(): boolean {
    return this.#storage.getStore() === true;
  }

  run<Result>(logic: () => Result): Result {
    return this.#storage.run(true, logic);
  }
}
