import { type Logger, type SyncEventListener, type SyncEventName, type SyncEvents } from '@bomba/sync-core';

type Listeners = { [Name in SyncEventName]?: Set<SyncEventListener<Name>> };

/** Tells listeners what happens in the engine; a listener that throws disturbs nobody. */
export class SyncEmitter {
  readonly #listeners: Listeners = {};
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  on<Name extends SyncEventName>(name: Name, listener: SyncEventListener<Name>): void {
    this.#of(name).add(listener);
  }

  off<Name extends SyncEventName>(name: Name, listener: SyncEventListener<Name>): void {
    this.#of(name).delete(listener);
  }

  emit<Name extends SyncEventName>(name: Name, event: SyncEvents[Name]): void {
    for (const listener of this.#of(name)) {
      try {
        listener(event);
      } catch {
        this.#logger.warn('a listener of sync failed', { event: name, code: 'SYNC_BUG' });
      }
    }
  }

  #of<Name extends SyncEventName>(name: Name): Set<SyncEventListener<Name>> {
    const listeners = this.#listeners as Record<string, Set<SyncEventListener<Name>> | undefined>;
    return (listeners[name] ??= new Set());
  }
}
