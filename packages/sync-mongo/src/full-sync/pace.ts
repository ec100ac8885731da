import { type Clock, type CollectionReport, type FullSyncProgress } from '@bomba/sync-core';

/** What a pace is measured against. */
export interface PaceOptions {
  /** About how many keys each collection has. */
  readonly counts: ReadonlyMap<string, number>;
  /** What another process had compared before. */
  readonly alreadyDone: number;
}

/** How fast a run goes, and how long it will take at that. */
export class Pace {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #options: PaceOptions;
  readonly #startedAtMs: number;

  constructor(clock: Pick<Clock, 'monotonic'>, options: PaceOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#startedAtMs = clock.monotonic();
  }

  tell(
    at: Pick<FullSyncProgress, 'collection' | 'phase'>,
    collections: ReadonlyMap<string, CollectionReport>,
  ): FullSyncProgress {
    const { counts, alreadyDone } = this.#options;
    const doneCount = doneIn(collections);
    // There may be more keys than estimated: some are on one side only, and some come while it runs.
    const estimatedCount = [...counts].reduce(
      (sum, [collection, count]) => sum + Math.max(count, collections.get(collection)?.comparedCount ?? 0),
      0,
    );
    const elapsedMs = this.#clock.monotonic() - this.#startedAtMs;
    const done = doneCount - alreadyDone;
    const perSecond = done > 0 && elapsedMs > 0 ? (done * 1000) / elapsedMs : null;
    const remainingMs = perSecond && Math.round(((estimatedCount - doneCount) * 1000) / perSecond);
    return { ...at, doneCount, estimatedCount, perSecond: perSecond && Math.round(perSecond), remainingMs };
  }
}

/** How many keys were compared, of all collections. */
export function doneIn(collections: ReadonlyMap<string, CollectionReport>): number {
  return [...collections.values()].reduce((sum, { comparedCount }) => sum + comparedCount, 0);
}
