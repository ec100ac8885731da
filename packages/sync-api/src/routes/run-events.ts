import { type Clock, type FullSyncReport, LinkedAbort, type SyncControl } from '@bomba/sync-core';
import { type StreamedEvent } from '../http/send-events.js';

/** How often a run is asked about that another process works on. */
const POLL_MS = 1_000;

/** What of a run is followed, until it has ended or the signal aborts. */
export interface RunEventsOptions {
  readonly sync: Pick<SyncControl, 'fullSyncs' | 'on' | 'off'>;
  readonly run: FullSyncReport;
  readonly gone: AbortSignal;
  readonly clock: Pick<Clock, 'sleep'>;
}

/**
 * The reports of a run as it goes on, `progress`, and the one it ends with, `ended`; each differs from the one before. Whoever
 * asks late is told the latest only.
 */
export async function* runEvents({
  sync,
  run,
  gone,
  clock,
}: RunEventsOptions): AsyncGenerator<StreamedEvent> {
  const news = new News(clock, gone);
  const hear = ({ id }: FullSyncReport): void => {
    if (id === run.id) news.tell();
  };
  sync.on('fullSync', hear);
  try {
    let told = '';
    for (let report: FullSyncReport | null = run; report && !gone.aborted;) {
      const isLast = hasEnded(report);
      if (JSON.stringify(report) !== told)
        yield { name: isLast ? 'ended' : 'progress', data: report, isLast };
      if (isLast) return;
      told = JSON.stringify(report);
      await news.wait();
      report = await sync.fullSyncs.get(run.id);
    }
  } finally {
    sync.off('fullSync', hear);
  }
}

/** A run that was interrupted goes on in the next process, unless it says when it was over. */
function hasEnded({ state, finishedAtMs }: FullSyncReport): boolean {
  return state !== 'running' && (state !== 'interrupted' || finishedAtMs !== null);
}

/** Waits for a call, which may have come before, or for a while, or until nobody listens any more. */
class News {
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #gone: AbortSignal;
  #told: LinkedAbort;

  constructor(clock: Pick<Clock, 'sleep'>, gone: AbortSignal) {
    this.#clock = clock;
    this.#gone = gone;
    this.#told = new LinkedAbort(gone);
  }

  tell(): void {
    this.#told.abort();
  }

  async wait(): Promise<void> {
    await this.#clock.sleep(POLL_MS, this.#told.signal);
    this.#told.release();
    this.#told = new LinkedAbort(this.#gone);
  }
}
