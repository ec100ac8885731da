import { type Clock, type FullSyncHistory, type FullSyncReport, SyncError } from '@bomba/sync-core';
import { type RunPlaces } from './full-sync-service.js';
import { hasEnded } from './run-record.js';
import { type RunOrigins } from './run-origins.js';

/** The full syncs of a branch, as people see them: in any of its processes. */
export class FullSyncRuns implements FullSyncHistory {
  readonly #places: RunPlaces;
  readonly #origins: RunOrigins;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(places: RunPlaces, origins: RunOrigins, clock: Pick<Clock, 'now'>) {
    this.#places = places;
    this.#origins = origins;
    this.#clock = clock;
  }

  list(options?: { readonly limit?: number }): Promise<readonly FullSyncReport[]> {
    return this.#places.runs.list(options);
  }

  get(id: string): Promise<FullSyncReport | null> {
    return this.#places.runs.get(id);
  }

  async cancel(id: string): Promise<FullSyncReport | null> {
    if (await this.#tookBack(id)) return this.get(id);
    const { runs, slot } = this.#places;
    const run = await runs.load(id);
    if (run && !hasEnded(run)) {
      if (run.wish.byEngine)
        throw new SyncError('SYNC_NOT_FOUND', 'The engine needs this comparison: it cannot be cancelled.');
      if (run.wish.scheduled) await runs.unschedule(id);
      await this.#origins.schedule().skip(run);
      if (await runs.withdraw(id, this.#clock.now(), { begun: true })) await slot.release(id);
      else await runs.cancel(id);
    }
    return this.get(id);
  }

  /** Of what the engine compares for itself only a choice of the operator's can be taken back, begun or not; false: it is none. */
  async #tookBack(id: string): Promise<boolean> {
    const restored = this.#origins.restored();
    const choice = (await restored.load())?.choice;
    if (choice?.runId !== id) return false;
    if (!(await restored.withdraw(choice))) await this.#places.runs.cancel(id);
    return true;
  }
}
