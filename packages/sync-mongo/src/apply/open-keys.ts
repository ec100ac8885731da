import {
  collectionOf,
  defaultRetryPolicy,
  type DocumentKey,
  PositionTracker,
  reconcile,
  RetryBudget,
} from '@bomba/sync-core';
import { type ResumeToken } from 'mongodb';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { type Lane } from '../engine/lane.js';
import { openAfter } from '../engine/open-after.js';
import { type DueSetbacks } from '../worker/write-setbacks.js';

/** How often keys that hold the position back are looked at again. */
const LOOK_AGAIN_INTERVAL_MS = 1_000;
/** How many of them are looked at between two batches of changes. */
const LOOK_AGAIN_PAGE = 500;
/** How many keys of a collection that the position no longer waits for tell when it can be written again. */
const PROBE_COUNT = 20;

/** What open keys are looked at with. */
export interface OpenKeysOptions {
  readonly link: Pick<AtlasLink, 'setbacks' | 'signal'>;
  readonly lane: Lane;
  /** Open once the stream has passed all that was there when this connection began. */
  readonly caughtUp: Pick<Gate, 'isOpen'>;
}

/**
 * The keys that pull has not settled yet: each is looked at again and again, and the position stays behind them. For what Atlas
 * does not let be written the position does not wait for ever, nor for more than may be in memory: its collection is then noted
 * as stale, to be compared once it can be written.
 */
export class OpenKeys {
  readonly #parts: EngineParts;
  readonly #options: OpenKeysOptions;
  readonly #tracker = new PositionTracker<ResumeToken>();
  /** Keys of stale collections: no position waits for them. */
  readonly #probes = new Set<DocumentKey>();
  readonly #held = new Set<DocumentKey>();
  readonly #budget: RetryBudget;
  /** Keys that have still to be looked at in this round. */
  #round: readonly DocumentKey[] = [];
  #roundAtMs = 0;
  /** What could not be written on Atlas before this round, and is to be tried in it. */
  #due: DueSetbacks | null = null;

  constructor(parts: EngineParts, options: OpenKeysOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#budget = new RetryBudget(defaultRetryPolicy, parts.options.clock.monotonic());
  }

  get count(): number {
    return this.#tracker.openCount;
  }

  /** A batch up to that token was applied, but for these keys. */
  applied(token: ResumeToken, keys: readonly DocumentKey[]): void {
    this.#tracker.applied(token, keys);
  }

  /** Keys that no change since the saved position tells of: where they cannot be written, only a comparison finds them again. */
  hold(token: ResumeToken, keys: readonly DocumentKey[]): void {
    this.applied(token, keys);
    for (const key of keys) this.#held.add(key);
  }

  /** Whether such keys of a collection still wait: a new process would not know of them. */
  isHolding(collection: string): boolean {
    return [...this.#held].some((key) => collectionOf(key) === collection);
  }

  /** The position that may be saved now, once; null where it has not moved. */
  take(): ResumeToken {
    return this.#tracker.take();
  }

  /** Looks at the next keys, round after round: a page at a time, so that changes are not held up by many. */
  async lookAgain(): Promise<void> {
    const nowMs = this.#parts.options.clock.monotonic();
    if (!(await this.#isRoundDue(nowMs))) return;
    const count = this.#budget.take(Math.min(this.#round.length, LOOK_AGAIN_PAGE), nowMs);
    if (count > 0) await this.#lookAt(count);
  }

  /** Looks at the next keys as quickly as the sides answer; those that Atlas does not let be written are let go. */
  async lookAtNext(): Promise<void> {
    const { clock } = this.#parts.options;
    await this.#letGo((key) => this.#failureCount(key) > 0);
    const nowMs = clock.monotonic();
    if (await this.#isRoundDue(nowMs)) await this.#lookAt(LOOK_AGAIN_PAGE);
    else await clock.sleep(this.#roundAtMs + LOOK_AGAIN_INTERVAL_MS - nowMs, this.#options.link.signal);
  }

  /** Whether there is anything to look at now; begins the next round where it is time. */
  async #isRoundDue(nowMs: number): Promise<boolean> {
    if (this.#round.length > 0) return true;
    if (nowMs - this.#roundAtMs < LOOK_AGAIN_INTERVAL_MS) return false;
    const { caughtUp, link } = this.#options;
    this.#round = [...new Set([...this.#tracker.open, ...this.#probes])];
    this.#roundAtMs = nowMs;
    this.#due = caughtUp.isOpen ? link.setbacks.pull.due() : null;
    if (this.#round.length === 0) await this.#endRound();
    return this.#round.length > 0;
  }

  async #lookAt(count: number): Promise<void> {
    const { lane } = this.#options;
    const page = this.#round.slice(0, count);
    this.#round = this.#round.slice(count);
    const { pushDue } = this.#parts;
    const still = new Set(await openAfter({ lane, pushDue }, reconcile(lane.context, page)));
    const settled = page.filter((key) => !still.has(key));
    this.#tracker.settled(settled);
    for (const key of settled) this.#forget(key);
    if (this.#round.length === 0) await this.#endRound();
  }

  /** All that is open was looked at: what had failed, and has not failed again, is no more. */
  async #endRound(): Promise<void> {
    if (this.#due) this.#options.link.setbacks.pull.met(this.#due);
    this.#due = null;
    const { maxReconnectAttempts } = this.#parts.options.changeStream;
    const isHopeless = (count: number, key: DocumentKey): boolean =>
      this.#held.has(key) ? count > 0 : count >= maxReconnectAttempts;
    await this.#letGo((key) => isHopeless(this.#failureCount(key), key));
  }

  #failureCount(key: DocumentKey): number {
    return this.#options.link.setbacks.pull.failureCount(key);
  }

  /** The position waits for these no longer: before it moves on it is noted that their collections are to be compared. */
  async #letGo(isHopeless: (key: DocumentKey) => boolean): Promise<void> {
    if (this.#options.link.setbacks.pull.isAtRest) return;
    const keys = this.#tracker.open.filter(isHopeless);
    if (keys.length === 0) return;
    for (const collection of new Set(keys.map(collectionOf))) await this.#parts.pauses.markStale(collection);
    for (const key of keys) {
      this.#forget(key);
      if (this.#probesOf(collectionOf(key)) < PROBE_COUNT) this.#probes.add(key);
    }
    this.#tracker.settled(keys);
    const gone = new Set(keys.filter((key) => !this.#probes.has(key)));
    this.#round = this.#round.filter((key) => !gone.has(key));
  }

  #forget(key: DocumentKey): void {
    this.#probes.delete(key);
    this.#held.delete(key);
  }

  #probesOf(collection: string): number {
    return [...this.#probes].filter((key) => collectionOf(key) === collection).length;
  }
}
