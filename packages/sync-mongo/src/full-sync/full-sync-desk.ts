import { type FullSyncOptions, type FullSyncReport, type SyncControl } from '@bomba/sync-core';
import { type OpenPeriod } from '../engine/connected-period.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { RestoredAtlas } from '../instance/restored-atlas.js';
import { compareOnRequest, resyncOnRequest } from './compare-on-request.js';
import { type FullSyncService } from './full-sync-service.js';
import { resyncAfterRestore } from './resync-after-restore.js';
import { type RunStore } from './run-store.js';

/** What comparisons on request are made with. */
export interface FullSyncDeskOptions {
  readonly parts: EngineParts;
  readonly service: FullSyncService;
  readonly runs: RunStore;
  readonly isStarted: () => boolean;
  /** The connection that works now. Throws where there is none. */
  readonly openPeriod: () => OpenPeriod;
  /** Told where there may be something to push again. */
  readonly onResumed: () => void;
}

/** Where people ask for comparisons, and choose a side where only they can. */
export class FullSyncDesk {
  readonly #options: FullSyncDeskOptions;

  constructor(options: FullSyncDeskOptions) {
    this.#options = options;
  }

  async fullSync(options: FullSyncOptions): Promise<FullSyncReport> {
    const { service, openPeriod } = this.#options;
    return compareOnRequest(service, openPeriod(), options);
  }

  async resync(options: Parameters<SyncControl['resync']>[0]): Promise<FullSyncReport> {
    const { parts, service, openPeriod, onResumed } = this.#options;
    const settled = await this.#settleRestore(options);
    if (settled) return settled;
    const { report, isComplete } = await resyncOnRequest(service, openPeriod(), options);
    if (!isComplete) return report; // the fuse holds: what is paused stays paused
    for (const collection of options.collections ?? parts.capture.collections()) {
      await parts.pauses.clearStale(collection);
      await parts.pauses.resume({ collection });
    }
    onResumed();
    return report;
  }

  /** Null where Atlas was not restored. */
  async #settleRestore(options: Parameters<SyncControl['resync']>[0]): Promise<FullSyncReport | null> {
    const { parts, runs, isStarted } = this.#options;
    if (!isStarted()) return null;
    const restored = new RestoredAtlas(parts.databases.local);
    if ((await restored.load()) === null) return null;
    const onChosen = (): void => parts.retryDue.call();
    return resyncAfterRestore({ restored, runs, clock: parts.options.clock, onChosen, isStarted }, options);
  }
}
