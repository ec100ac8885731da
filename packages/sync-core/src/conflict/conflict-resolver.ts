import { collectionOf, type DocumentKey } from '../document-key/document-key.js';
import { type Clock } from '../ports/clock.js';
import { type Logger, silentLogger } from '../ports/logger.js';
import { type Side } from '../protocol/side.js';
import { type Conflict, type ConflictStats, countConflict, noConflicts } from './conflict.js';
import { type ConflictStrategies, type ConflictStrategy, strategyFor } from './conflict-strategy.js';
import { type ConflictTime, readConflictTime } from './conflict-time.js';
import { decideLastWriteWins } from './last-write-wins.js';
import { runStrategy, type StrategyOutcome } from './run-strategy.js';

const DEFAULT_MAX_LOG_SIZE = 1_000;

/** How a {@link ConflictResolver} is built. @public */
export interface ConflictResolverOptions<Document extends object> {
  /** For all collections, or by collection (`*`: the others). Default last-write-wins. */
  readonly strategy?: ConflictStrategy<Document> | ConflictStrategies<Document>;
  readonly clock: Pick<Clock, 'now'>;
  /** Default silent. */
  readonly logger?: Logger;
  /** The most conflicts kept in `conflictLog`; the oldest goes first. Default 1,000. */
  readonly maxLogSize?: number;
}

/** One of two states that had not seen each other. @public */
export interface ConflictingVersion<Document extends object> {
  readonly document: Document;
  /** Its stamp, as it was found: it may be missing, or damaged by a foreign hand. */
  readonly stamp: unknown;
}

/** Local's state of a conflict. @public */
export interface LocalVersion<Document extends object> extends ConflictingVersion<Document> {
  readonly key: DocumentKey;
}

/** How a conflict was settled: what stands, on both sides, from now on. @public */
export interface ConflictResolution<Document extends object> {
  readonly winner: Side | 'merged';
  readonly document: Document;
  readonly conflict: Conflict;
}

/**
 * Settles conflicts by the strategy of their collection, keeps the latest in memory and counts them. Keeping what lost
 * is the caller's part, before the winner is written; two states of equal bytes are no conflict and do not come here.
 *
 * @public
 */
export class ConflictResolver<Document extends object = Readonly<Record<string, unknown>>> {
  readonly strategy: ConflictStrategy<Document> | ConflictStrategies<Document>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #logger: Logger;
  readonly #maxLogSize: number;
  readonly #log: Conflict[] = [];
  #stats: ConflictStats = noConflicts;

  constructor({ strategy, clock, logger, maxLogSize }: ConflictResolverOptions<Document>) {
    this.strategy = strategy ?? 'last-write-wins';
    this.#clock = clock;
    this.#logger = logger ?? silentLogger;
    this.#maxLogSize = maxLogSize ?? DEFAULT_MAX_LOG_SIZE;
  }

  /** The latest conflicts, newest last. */
  get conflictLog(): readonly Conflict[] {
    return this.#log;
  }

  /**
   * Chooses or makes the state that stands, and logs the conflict. Never throws: where a strategy fails, Atlas' version
   * stands.
   */
  resolveConflict(
    localDoc: LocalVersion<Document>,
    atlasChange: ConflictingVersion<Document>,
  ): ConflictResolution<Document> {
    const collection = collectionOf(localDoc.key);
    const atMs = this.#clock.now();
    const local = readConflictTime(localDoc.stamp, atMs);
    const atlas = readConflictTime(atlasChange.stamp, atMs);
    this.#warnOf(local, { collection, side: 'local' });
    this.#warnOf(atlas, { collection, side: 'atlas' });

    const strategy = strategyFor(this.strategy, collection);
    const { winner, document, failure } =
      strategy === 'last-write-wins'
        ? chooseSide(decideLastWriteWins(local.stamp, atlas.stamp), localDoc, atlasChange)
        : runStrategy(strategy, localDoc.document, atlasChange.document);
    const conflict: Conflict = {
      key: localDoc.key,
      collection,
      winner,
      strategy: strategy === 'last-write-wins' ? strategy : 'custom',
      localStamp: local.stamp,
      atlasStamp: atlas.stamp,
      caution: local.problem !== null || atlas.problem !== null,
      failure,
      atMs,
    };
    this.logConflict(conflict);
    return { winner, document, conflict };
  }

  /** Above 0 where Local's state is the later one, below 0 where Atlas' is, 0 where both are the same version. */
  compareTimestamps(
    localDoc: ConflictingVersion<Document>,
    atlasChange: ConflictingVersion<Document>,
  ): number {
    const nowMs = this.#clock.now();
    const local = readConflictTime(localDoc.stamp, nowMs).stamp;
    const atlas = readConflictTime(atlasChange.stamp, nowMs).stamp;
    if (local === atlas) return 0;
    return decideLastWriteWins(local, atlas) === 'local' ? 1 : -1;
  }

  /** Counts a conflict, keeps it in `conflictLog` and reports it. */
  logConflict(conflict: Conflict): void {
    this.#stats = countConflict(this.#stats, conflict);
    this.#log.push(conflict);
    if (this.#log.length > this.#maxLogSize) this.#log.shift();
    const { collection, winner, strategy, caution, failure } = conflict;
    if (failure === null)
      this.#logger.info('A conflict was settled.', { collection, winner, strategy, caution });
    else
      this.#logger.warn('A conflict strategy failed; the version of Atlas stands.', { collection, failure });
  }

  getConflictStats(): ConflictStats {
    return this.#stats;
  }

  #warnOf({ problem }: ConflictTime, fields: { readonly collection: string; readonly side: Side }): void {
    if (problem === 'missing') {
      this.#logger.warn('A version in conflict has no timestamp; it counts as written now.', fields);
    }
    if (problem === 'corrupt') {
      this.#logger.warn('A version in conflict has damaged metadata; it counts as a new change.', fields);
    }
  }
}

function chooseSide<Document extends object>(
  winner: Side,
  local: ConflictingVersion<Document>,
  atlas: ConflictingVersion<Document>,
): StrategyOutcome<Document> {
  return { winner, document: (winner === 'local' ? local : atlas).document, failure: null };
}
