import { type FullSyncOptions, type FullSyncReport, type SyncControl } from '@bomba/sync-core';
import { type OpenPeriod } from '../engine/connected-period.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { RestoredAtlas } from '../instance/restored-atlas.js';
import { type FullSyncOutcome, type FullSyncService } from './full-sync-service.js';
import { resyncAfterRestore } from './resync-after-restore.js';
import { type RunStore } from './run-store.js';

const POLL_MS = 50;

/** How long a request waits for the next connection, where the one that it worked over ended. */
const PATIENCE_MS = 30_000;

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

  /** What it leaves open is looked at until it is settled. */
  async fullSync(options: FullSyncOptions): Promise<FullSyncReport> {
    return this.#overPeriod(async (period) => {
      const { report, open } = await this.#options.service.run(period, options);
      if (!report.dryRun) period.hold(open);
      return report;
    });
  }

  async resync(options: Parameters<SyncControl['resync']>[0]): Promise<FullSyncReport> {
    const { parts, onResumed } = this.#options;
    const settled = await this.#settleRestore(options);
    if (settled) return settled;
    const { report, isComplete } = await this.#compareByChoice(options);
    if (!isComplete) return report; // the fuse holds: what is paused stays paused
    await parts.gone.accept(options.collections);
    for (const collection of options.collections ?? parts.capture.collections()) {
      await parts.pauses.clearStale(collection);
      await parts.pauses.resume({ collection });
    }
    onResumed();
    return report;
  }

  /**
   * Where the operator has chosen a side, the fuse for unexplained deletions does not hold, and what is gone from Atlas is
   * put back there (`local`) or leaves Local (`atlas`).
   */
  async #compareByChoice({
    collections,
    prefer,
  }: Parameters<SyncControl['resync']>[0]): Promise<FullSyncOutcome> {
    return this.#overPeriod(async ({ link, lane, operatorLane, hold }) => {
      const scope = prefer
        ? { link, lane: operatorLane, fuse: false, choice: { prefer, historyLost: false } }
        : { link, lane, resumes: true };
      const outcome = await this.#options.service.run(scope, { ...(collections && { collections }) });
      hold(outcome.open);
      return outcome;
    });
  }

  /** Works over the present connection, and begins again over the next where it ends meanwhile. */
  async #overPeriod<Result>(work: (period: OpenPeriod) => Promise<Result>): Promise<Result> {
    const { parts, openPeriod } = this.#options;
    const { clock } = parts.options;
    let period = openPeriod();
    const untilMs = clock.monotonic() + PATIENCE_MS;
    for (;;) {
      try {
        return await work(period);
      } catch (error) {
        if (!period.link.signal.aborted) throw error;
      }
      period = await this.#nextPeriod(untilMs);
    }
  }

  async #nextPeriod(untilMs: number): Promise<OpenPeriod> {
    const { parts, openPeriod, isStarted } = this.#options;
    const { clock } = parts.options;
    for (;;) {
      try {
        const period = openPeriod();
        if (!period.link.signal.aborted) return period;
      } catch (error) {
        if (!isStarted() || clock.monotonic() >= untilMs) throw error;
      }
      await clock.sleep(POLL_MS);
    }
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
