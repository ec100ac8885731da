import { type Clock, type FullSyncHistory, type FullSyncReport, SyncError } from '@bomba/sync-core';
import { type RunPlaces } from './full-sync-service.js';
import { hasEnded } from './run-record.js';
import { type RunSchedule } from './run-schedule.js';

/** The full syncs of a branch, as people see them: in any of its processes. */
export class FullSyncRuns implements FullSyncHistory {
  readonly #places: RunPlaces;
  readonly #schedule: () => Pick<RunSchedule, 'skip'>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(places: RunPlaces, schedule: () => Pick<RunSchedule, 'skip'>, clock: Pick<Clock, 'now'>) {
    this.#places = places;
    this.#schedule = schedule;
    this.#clock = clock;
  }

  list(options?: { readonly limit?: number }): Promise<readonly FullSyncReport[]> {
    return this.#places.runs.list(options);
  }

  get(id: string): Promise<FullSyncReport | null> {
    return this.#places.runs.get(id);
  }

  async cancel(id: string): Promise<FullSyncReport | null> {
    const { runs, slot } = this.#places;
    const run = await runs.load(id);
    if (run && !hasEnded(run)) {
      if (run.wish.byEngine)
        throw new SyncError('SYNC_NOT_FOUND', 'The engine needs this comparison: it cannot be cancelled.');
      if (run.wish.scheduled) {
        await runs.unschedule(id);
        await this.#schedule().skip(run.wish.scheduled);
      }
      if (await runs.withdraw(id, this.#clock.now(), { begun: true })) await slot.release(id);
      else await runs.cancel(id);
    }
    return this.get(id);
  }
}
