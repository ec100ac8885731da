import { EventEmitter } from 'node:events';
import {
  type FullSyncOptions,
  type FullSyncReport,
  type HealthReport,
  type PauseScope,
  type QuarantinedDocument,
  type ResyncOptions,
  type StoredConflict,
  type SyncControl,
  SyncError,
  type SyncEventListener,
  type SyncEventName,
  type SyncEvents,
  type SyncStatus,
  noConflicts,
} from '@bomba/sync-core';

const counts = {
  appliedCount: 3,
  failedCount: 1,
  conflictCount: 0,
  quarantinedCount: 0,
  lastAppliedAtMs: null,
};

/** A run as the fake engine reports it. */
export const runReport: FullSyncReport = {
  id: 'run/1',
  state: 'running',
  dryRun: false,
  startedAtMs: 1,
  finishedAtMs: null,
  collections: [],
  error: null,
};

/** A conflict of the fake archive. */
export const conflict: StoredConflict = {
  id: 'c1',
  collection: 'bills',
  documentId: '5f',
  loser: 'local',
  reason: 'concurrent-update',
  losingStamp: 'a',
  winningStamp: 'b',
  instanceId: 'i',
  recordedAtMs: 5,
  caution: false,
  strategy: 'last-write-wins',
  failure: null,
};

/** A state of the fake quarantine. */
export const quarantined: QuarantinedDocument = {
  id: 'q1',
  collection: 'bills',
  documentId: '5f',
  direction: 'local-to-atlas',
  code: 'SYNC_WRITE_UNIQUE',
  reason: 'The number is taken.',
  conflictingKey: { number: 7 },
  winnerId: null,
  waits: 'in-place',
  byteCount: 60,
  attemptCount: 1,
  firstAtMs: 1,
  lastAtMs: 1,
};

const missing = (id: string): SyncError => new SyncError('SYNC_NOT_FOUND', `There is no record ${id}.`);

/** A sync in memory: it keeps the calls it gets, and the test decides what becomes of them. */
export class FakeSyncControl implements SyncControl {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly calls: (readonly [name: string, ...args: unknown[]])[] = [];
  state: SyncStatus = {
    state: 'running',
    instanceId: 'i',
    leader: true,
    local: 'connected',
    atlas: 'connected',
    pushOpen: true,
    queueSize: 2,
    pulledAtMs: 1,
    driftMs: 0,
    collections: ['bills', 'tables'],
    paused: [],
    push: counts,
    pull: counts,
    lastError: null,
  };
  report: HealthReport = { status: 'healthy', ready: true, checks: [], atMs: 1 };
  /** Thrown by every call that may fail. */
  failure: Error | null = null;
  /** The run that goes on, until the test ends it. */
  running: {
    readonly finish: (report: FullSyncReport) => void;
    readonly fail: (error: unknown) => void;
  } | null = null;
  runs: readonly FullSyncReport[] = [];

  readonly fullSyncs = {
    list: async (options?: { readonly limit?: number }) => (this.#note('fullSyncs.list', options), this.runs),
    get: async (id: string) => (
      this.#note('fullSyncs.get', id),
      this.runs.find((run) => run.id === id) ?? null
    ),
    cancel: async (id: string) => (
      this.#note('fullSyncs.cancel', id),
      this.runs.find((run) => run.id === id) ?? null
    ),
  };

  readonly conflicts = {
    list: async (query?: object) => (this.#note('conflicts.list', query), [conflict]),
    get: async (id: string) => (this.#note('conflicts.get', id), id === conflict.id ? conflict : null),
    restore: async (id: string) => {
      this.#note('conflicts.restore', id);
      if (id !== conflict.id) throw missing(id);
    },
    stats: () => noConflicts,
  };

  readonly quarantine = {
    list: async (query?: object) => (this.#note('quarantine.list', query), [quarantined]),
    get: async (id: string) => (this.#note('quarantine.get', id), id === quarantined.id ? quarantined : null),
    edit: async (id: string, document: object) => this.#settle('edit', id, document),
    retry: async (id: string) => this.#settle('retry', id),
    discard: async (id: string) => this.#settle('discard', id),
  };

  status(): SyncStatus {
    return this.state;
  }

  async health(): Promise<HealthReport> {
    this.#note('health');
    return this.report;
  }

  async pause(scope: PauseScope = {}): Promise<void> {
    this.#note('pause', scope);
    this.state = { ...this.state, paused: [...this.state.paused, scope] };
  }

  async resume(scope: PauseScope = {}): Promise<void> {
    this.#note('resume', scope);
    this.state = { ...this.state, paused: [] };
  }

  async fullSync({ onProgress, ...options }: FullSyncOptions = {}): Promise<FullSyncReport> {
    this.#note('fullSync', options);
    return this.#run({ ...runReport, dryRun: options.dryRun ?? false }, (report) => onProgress?.(report));
  }

  async resync({ onProgress, ...options }: ResyncOptions): Promise<FullSyncReport> {
    this.#note('resync', options);
    return this.#run(runReport, (report) => onProgress?.(report));
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

  /** How many listen to the event. */
  listenerCount(event: SyncEventName): number {
    return this.#emitter.listenerCount(event);
  }

  #run(report: FullSyncReport, tell: (report: FullSyncReport) => void): Promise<FullSyncReport> {
    if (this.running !== null) throw new SyncError('SYNC_FULL_RUNNING', 'A full sync is running.');
    const ended = new Promise<FullSyncReport>((resolve, reject) => {
      this.running = { finish: resolve, fail: reject };
    });
    this.runs = [report, ...this.runs];
    tell(report);
    return ended;
  }

  #settle(name: string, id: string, ...rest: readonly unknown[]): void {
    this.#note(`quarantine.${name}`, id, ...rest);
    if (id !== quarantined.id) throw missing(id);
  }

  #note(name: string, ...args: readonly unknown[]): void {
    this.calls.push([name, ...args]);
    if (this.failure !== null) throw this.failure;
  }
}
