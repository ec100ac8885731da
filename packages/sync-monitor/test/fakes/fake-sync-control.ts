import { EventEmitter } from 'node:events';
import {
  type FullSyncReport,
  type SyncControl,
  type SyncEventListener,
  type SyncEventName,
  type SyncEvents,
  type SyncStatus,
  noConflicts,
} from '@bomba/sync-core';

const noCounts = {
  appliedCount: 0,
  failedCount: 0,
  conflictCount: 0,
  quarantinedCount: 0,
  lastAppliedAtMs: null,
};

/** The status of an engine that runs well and has done nothing yet. */
export const calmStatus: SyncStatus = {
  state: 'running',
  instanceId: '0190a0a0-0000-7000-8000-000000000000',
  leader: true,
  local: 'connected',
  atlas: 'connected',
  pushOpen: true,
  queueSize: 0,
  pulledAtMs: null,
  driftMs: null,
  collections: ['bills', 'tables'],
  paused: [],
  push: noCounts,
  pull: noCounts,
  lastError: null,
};

const refuse = (): Promise<never> => Promise.reject(new Error('a monitor only watches'));

/** A sync whose events and status the test decides. */
export class FakeSyncControl implements SyncControl {
  readonly #emitter = new EventEmitter();
  current: SyncStatus = calmStatus;
  readonly fullSyncs = { list: refuse, get: refuse, cancel: refuse };
  readonly conflicts = { list: refuse, get: refuse, restore: refuse, stats: () => noConflicts };
  readonly quarantine = { list: refuse, get: refuse, edit: refuse, retry: refuse, discard: refuse };
  readonly pause = refuse;
  readonly resume = refuse;
  readonly health = refuse;
  readonly fullSync: () => Promise<FullSyncReport> = refuse;
  readonly resync: () => Promise<FullSyncReport> = refuse;

  status(): SyncStatus {
    return this.current;
  }

  on<Name extends SyncEventName>(event: Name, listener: SyncEventListener<Name>): this {
    this.#emitter.on(event, listener);
    return this;
  }

  off<Name extends SyncEventName>(event: Name, listener: SyncEventListener<Name>): this {
    this.#emitter.off(event, listener);
    return this;
  }

  /** Tells every listener of this event. */
  emit<Name extends SyncEventName>(event: Name, value: SyncEvents[Name]): void {
    this.#emitter.emit(event, value);
  }

  /** How many listeners there are, of all events. */
  get listenerCount(): number {
    return this.#emitter.eventNames().reduce((sum, name) => sum + this.#emitter.listenerCount(name), 0);
  }
}
