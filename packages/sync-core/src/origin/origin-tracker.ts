import { type Clock } from '../ports/clock.js';
import { type Side } from '../protocol/side.js';
import { OldestFirst } from '../queue/oldest-first.js';

const DEFAULT_MAX_AGE_MS = 60_000;
const DEFAULT_MAX_SIZE = 10_000;

/** Where a document's latest change came from, as this instance saw it. @public */
export interface RecentChange {
  readonly origin: Side;
  /** The instance that saw it. */
  readonly instanceId: string;
  /** When, in ms since the epoch. */
  readonly atMs: number;
}

/** How an {@link OriginTracker} is built. @public */
export interface OriginTrackerOptions {
  /** Names this branch's database. */
  readonly instanceId: string;
  readonly clock: Pick<Clock, 'now'>;
  /** How long a change counts as recent, in ms. Default 60,000. */
  readonly maxAgeMs?: number;
  /** The most documents remembered; the one marked longest ago goes first. Default 10,000. */
  readonly maxSize?: number;
}

/**
 * Remembers for a short time from which side a document's latest change came, so that an obvious echo can be skipped
 * without a look at the database.
 *
 * An optimisation only: nothing decides by it. It forgets at a restart, under load and with time, and a document may
 * change on both sides within its memory. What a state really is, its stamp tells.
 *
 * @public
 */
export class OriginTracker {
  readonly instanceId: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #maxAgeMs: number;
  readonly #maxSize: number;
  readonly #changes = new Map<string, RecentChange>();
  readonly #oldestFirst = new OldestFirst(this.#changes);

  constructor({ instanceId, clock, maxAgeMs, maxSize }: OriginTrackerOptions) {
    this.instanceId = instanceId;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs ?? DEFAULT_MAX_AGE_MS;
    this.#maxSize = maxSize ?? DEFAULT_MAX_SIZE;
  }

  /** What is remembered, by document, marked longest ago first; it may hold changes that are no longer recent. */
  get recentChanges(): ReadonlyMap<string, RecentChange> {
    return this.#changes;
  }

  /** The application wrote this document on Local. */
  markLocalChange(documentId: string): void {
    this.#mark(documentId, 'local');
  }

  /** A change of this document came from Atlas. */
  markAtlasChange(documentId: string): void {
    this.#mark(documentId, 'atlas');
  }

  /** True where the document's latest change is recent and was made on Local. */
  isLocalChange(documentId: string): boolean {
    return this.#recentOrigin(documentId) === 'local';
  }

  /** True where the document's latest change is recent and came from Atlas. */
  isAtlasChange(documentId: string): boolean {
    return this.#recentOrigin(documentId) === 'atlas';
  }

  /**
   * True where a change that shows up on the side `origin` is probably only the echo of one that came from the other.
   */
  shouldSkipSync(documentId: string, origin: Side): boolean {
    const known = this.#recentOrigin(documentId);
    return known !== null && known !== origin;
  }

  /** Forgets what is no longer recent; returns how many. To be called from time to time. */
  cleanup(): number {
    const sizeBefore = this.#changes.size;
    for (const [documentId, change] of this.#changes) {
      if (!this.#isRecent(change)) this.#changes.delete(documentId);
    }
    return sizeBefore - this.#changes.size;
  }

  #mark(documentId: string, origin: Side): void {
    this.#changes.delete(documentId);
    this.#changes.set(documentId, { origin, instanceId: this.instanceId, atMs: this.#clock.now() });
    if (this.#changes.size > this.#maxSize) this.#oldestFirst.take();
  }

  #recentOrigin(documentId: string): Side | null {
    const change = this.#changes.get(documentId);
    return change && this.#isRecent(change) ? change.origin : null;
  }

  /** A clock that was set back makes a change old: forgetting is always safe. */
  #isRecent({ atMs }: RecentChange): boolean {
    const ageMs = this.#clock.now() - atMs;
    return ageMs >= 0 && ageMs < this.#maxAgeMs;
  }
}
