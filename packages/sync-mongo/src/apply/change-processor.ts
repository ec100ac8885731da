import {
  type ChangeEvent,
  collectionOf,
  type DocumentKey,
  ForeignStates,
  pullBatch,
  SyncError,
} from '@bomba/sync-core';
import { type ResumeToken } from 'mongodb';
import { streamIdentity } from '../position/own-position.js';
import { type Position } from '../position/position-store.js';
import { isStateCollection } from '../state/state-collections.js';
import { type AtlasChangeListener, type StreamBatch } from '../stream/atlas-change-listener.js';
import { type StreamEvent } from '../stream/stream-event.js';
import { isPulled } from '../control/collection-choice.js';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { type Lane } from '../engine/lane.js';
import { type Markers } from '../engine/markers.js';
import { openAfter } from '../engine/open-after.js';
import { OpenKeys } from './open-keys.js';

/**
 * How often a position is saved that has moved past events. Each time is a durable write on Local, as dear as one of the
 * application; what a restart reads once more changes nothing.
 */
const SAVE_INTERVAL_MS = 1_000;
/** How often one that moved without an event is saved: one small write per instance. */
const IDLE_SAVE_INTERVAL_MS = 10_000;
/** How many keys may hold the position back; with more, no further changes are taken until some are settled. */
const MAX_OPEN = 50_000;

/** What the loop works on. */
export interface ChangeProcessorOptions {
  readonly link: AtlasLink;
  readonly lane: Lane;
  readonly listener: AtlasChangeListener;
  readonly markers: Markers;
  /** Open once everything before the stream's start is known to be on Local: only then may a position be saved. */
  readonly complete: Gate;
  /** Open once the stream has passed all that was there when this connection began. */
  readonly caughtUp: Gate;
  /** How many keys may wait to be settled before no further changes are taken. Default 50,000. */
  readonly maxOpen?: number;
}

/**
 * Applies Atlas' changes to Local, batch by batch, and keeps the position behind them. Every change goes the same way:
 * the protocol decides, and Local is written on condition of what was looked at, so nothing has to be bypassed.
 */
export class ChangeProcessor {
  readonly #parts: EngineParts;
  readonly #options: ChangeProcessorOptions;
  readonly #open: OpenKeys;
  readonly #foreign = new ForeignStates();
  /** Behind everything that has been applied, or is held open. */
  #appliedToken: ResumeToken = null;
  #savedAtMs = -Infinity;
  /** Events have come by since. */
  #hasMoved = false;

  constructor(parts: EngineParts, options: ChangeProcessorOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#open = new OpenKeys(parts, options);
  }

  /** Runs until the link's signal aborts, or the stream breaks. `first`: what came with the opening of the stream. */
  async run(first: StreamBatch): Promise<void> {
    try {
      await this.#processAll(first);
    } finally {
      // Ended on purpose, the next process need not read once more what this one has applied; it may, if this fails.
      if (this.#options.link.isEnded()) await this.#save({ isLast: true }).catch(() => undefined);
    }
  }

  async #processAll(first: StreamBatch): Promise<void> {
    const { link, listener } = this.#options;
    let batch = first;
    while (!link.signal.aborted) {
      // Atlas makes the next batch ready while Local takes this one.
      const following = listener.next();
      following.catch(() => undefined); // told below, unless this batch fails first
      await this.processBatch(batch);
      await this.#limitRate(batch.events.length);
      await this.#settleOverflow();
      batch = await following;
    }
  }

  /** Keys that are to be looked at until they are settled, before the position moves on. */
  hold(keys: readonly DocumentKey[]): void {
    if (keys.length > 0) this.#open.hold(this.#appliedToken, keys);
  }

  /** Whether keys of a collection that were to be held are not settled yet. */
  isHolding(collection: string): boolean {
    return this.#open.isHolding(collection);
  }

  /** Applies one change. Returns false where it is not settled yet, and is looked at again. */
  async processChange(change: ChangeEvent): Promise<boolean> {
    return (await this.#applyAll([change])).length === 0;
  }

  /** Whether a change concerns Local at all: its collection is synced both ways and not paused. */
  shouldApplyChange({ key }: ChangeEvent): boolean {
    const { pauses, options } = this.#parts;
    const collection = collectionOf(key);
    if (!this.#options.link.pulled.includes(collection)) return false;
    return isPulled(options, collection) && !pauses.isPaused('atlas-to-local', collection);
  }

  /** Applies what the stream has shown, and saves the position behind it where that is due. */
  async processBatch({ events, token }: StreamBatch): Promise<void> {
    const { markers } = this.#options;
    const changes = await this.#sort(events);
    await this.#open.lookAgain();
    const open = await this.#applyAll(changes);
    if (token) {
      this.#appliedToken = token;
      this.#open.applied(token, open);
    }
    for (const event of events) if (event.kind === 'marker') markers.passed(event.marker);
    this.#parts.board.set({ pulledAtMs: this.#parts.options.clock.now() });
    this.#hasMoved ||= events.length > 0;
    await this.#save();
  }

  /** Lets no more events through than `changeStream.maxEventsPerSecond`, where that is set. */
  async #limitRate(eventCount: number): Promise<void> {
    const { changeStream, clock } = this.#parts.options;
    if (changeStream.maxEventsPerSecond === undefined || eventCount === 0) return;
    await clock.sleep((eventCount / changeStream.maxEventsPerSecond) * 1000, this.#options.link.signal);
  }

  /** Returns the keys that are not settled yet. */
  async #applyAll(changes: readonly ChangeEvent[]): Promise<readonly DocumentKey[]> {
    if (changes.length === 0) return [];
    const { lane } = this.#options;
    return openAfter({ lane, pushDue: this.#parts.pushDue }, pullBatch(lane.context, changes, this.#foreign));
  }

  /** The changes that are to be applied now. What is paused is passed over: it is compared before its pull counts again. */
  async #sort(events: readonly StreamEvent[]): Promise<readonly ChangeEvent[]> {
    const changes: ChangeEvent[] = [];
    for (const event of events) {
      if (event.kind === 'database-gone') await this.#pauseCollections(this.#options.link.pulled);
      if (event.kind === 'database-gone' || event.kind === 'invalidated') throw historyEnded();
      if (event.kind === 'collections-gone') await this.#pauseCollections(event.collections);
      if (event.kind !== 'change') continue;
      if (this.shouldApplyChange(event.change)) changes.push(this.#asTrusted(event.change));
      else this.#foreign.forget(event.change.key);
    }
    return changes;
  }

  /** A version of ours that nobody expects back was written by a foreign hand, metadata and all: to be looked at. */
  #asTrusted(change: ChangeEvent): ChangeEvent {
    if (change.kind !== 'echo' || this.#parts.echoes.take(change.stamp)) return change;
    return { kind: 'hint', key: change.key };
  }

  /** Collections that were dropped or renamed on Atlas: nothing is guessed, the operator chooses. */
  async #pauseCollections(collections: readonly string[]): Promise<void> {
    const { pulled } = this.#options.link;
    for (const collection of collections)
      if (pulled.includes(collection)) await this.#pauseCollection(collection);
  }

  async #pauseCollection(collection: string): Promise<void> {
    if (isStateCollection(collection)) return; // made anew at the next connection
    const { pauses, options } = this.#parts;
    await pauses.pauseItself(collection);
    await pauses.markStale(collection);
    options.logger.error('a collection was dropped or renamed on Atlas and is paused: choose by resync', {
      collection,
    });
  }

  /**
   * Whatever waits is in memory, and holds back the position: while it is more than that may be, nothing is done but
   * looking at it, as quickly as the sides answer.
   */
  async #settleOverflow(): Promise<void> {
    const { link, maxOpen = MAX_OPEN } = this.#options;
    while (this.#open.count > maxOpen && !link.signal.aborted) {
      await this.#open.lookAtNext();
      await this.#save();
    }
  }

  async #save({ isLast = false } = {}): Promise<void> {
    const { link, complete } = this.#options;
    const { clock, excludedFields: excluded } = this.#parts.options;
    const intervalMs = this.#hasMoved ? SAVE_INTERVAL_MS : IDLE_SAVE_INTERVAL_MS;
    const isDue = isLast || clock.monotonic() - this.#savedAtMs >= intervalMs;
    if (!complete.isOpen || !isDue) return;
    const token = this.#open.take();
    if (token === null) return;
    this.#savedAtMs = clock.monotonic();
    this.#hasMoved = false;
    const position: Position = { token, ...streamIdentity({ ...link, excluded }) };
    await link.local.run({ side: 'local', op: 'savePosition', position });
  }
}

/** Nothing comes any more: both sides are compared, where a database that is empty blows the fuse. */
function historyEnded(): SyncError {
  return new SyncError('SYNC_STREAM_HISTORY_LOST', 'The change stream of Atlas has ended.');
}
