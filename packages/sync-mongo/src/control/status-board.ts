import {
  type Clock,
  type Direction,
  type DirectionCounts,
  type PauseScope,
  type SyncError,
  type SyncState,
  type SyncStatus,
} from '@bomba/sync-core';
import { type SyncEmitter } from '../events/sync-emitter.js';

type Count = Exclude<keyof DirectionCounts, 'lastAppliedAtMs'>;
type Facts = Omit<
  SyncStatus,
  | 'push'
  | 'pull'
  | 'lastError'
  | 'paused'
  | 'collections'
  | 'refused'
  | 'queueSize'
  | 'queueOverflowed'
  | 'unmatchedWriteCount'
>;

const NO_COUNTS: DirectionCounts = {
  appliedCount: 0,
  failedCount: 0,
  conflictCount: 0,
  quarantinedCount: 0,
  lastAppliedAtMs: null,
};

/** What the board asks others for at the moment of a snapshot. */
export interface StatusSources {
  readonly collections: () => readonly string[];
  readonly refused?: () => NonNullable<SyncStatus['refused']>;
  readonly paused: () => readonly PauseScope[];
  readonly queueSize: () => number;
  readonly queueOverflowed: () => boolean;
  /** Absent where nothing is audited. */
  readonly unmatchedWriteCount?: () => number;
}

/** Where the parts of the engine write down how they are; `snapshot` is what `sync.status()` shows. */
export class StatusBoard {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #emitter: SyncEmitter;
  readonly #sources: StatusSources;
  readonly #counts: Record<Direction, DirectionCounts> = {
    'local-to-atlas': NO_COUNTS,
    'atlas-to-local': NO_COUNTS,
  };
  #lastError: SyncStatus['lastError'] = null;
  readonly #standing = new Map<Direction, NonNullable<SyncStatus['lastError']>>();
  #facts: Facts = {
    state: 'stopped',
    instanceId: null,
    leader: false,
    local: 'disconnected',
    atlas: 'disconnected',
    pushOpen: false,
    pulledAtMs: null,
    driftMs: null,
  };

  constructor(parts: { clock: Pick<Clock, 'now'>; emitter: SyncEmitter; sources: StatusSources }) {
    this.#clock = parts.clock;
    this.#emitter = parts.emitter;
    this.#sources = parts.sources;
  }

  get state(): SyncState {
    return this.#facts.state;
  }

  set(facts: Partial<Facts>): void {
    const from = this.#facts.state;
    this.#facts = { ...this.#facts, ...facts };
    if (facts.state !== undefined && facts.state !== from) {
      this.#emitter.emit('stateChanged', { from, to: facts.state });
    }
  }

  count(direction: Direction, what: Count, by = 1): void {
    const counts = this.#counts[direction];
    const lastAppliedAtMs = what === 'appliedCount' ? this.#clock.now() : counts.lastAppliedAtMs;
    this.#counts[direction] = { ...counts, [what]: counts[what] + by, lastAppliedAtMs };
  }

  failed({ code, message }: Pick<SyncError, 'code' | 'message'>): void {
    this.#lastError = { code, message, atMs: this.#clock.now() };
  }

  /** What broke the connection, or kept it from being made, is overcome. */
  recovered(): void {
    this.#lastError = null;
  }

  /** What of a direction waits for Atlas to be written, whatever becomes of connections; null: nothing. */
  standing(direction: Direction, failure: SyncStatus['lastError']): void {
    this.#standing.delete(direction);
    if (failure) this.#standing.set(direction, failure);
  }

  snapshot(): SyncStatus {
    const { collections, paused, queueSize, queueOverflowed, unmatchedWriteCount } = this.#sources;
    return {
      ...this.#facts,
      queueSize: queueSize(),
      // The queue of a process that stands by is drained by nobody, nor needs to be.
      queueOverflowed: this.#facts.leader && queueOverflowed(),
      collections: collections(),
      paused: paused(),
      push: this.#counts['local-to-atlas'],
      pull: this.#counts['atlas-to-local'],
      ...(unmatchedWriteCount && { unmatchedWriteCount: unmatchedWriteCount() }),
      lastError: this.#lastError ?? [...this.#standing.values()].at(-1) ?? null,
    };
  }
}
