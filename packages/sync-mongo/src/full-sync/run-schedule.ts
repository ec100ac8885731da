import { type Clock } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';
import { hasEnded, type RunRecord, type RunWish, type ScheduledKind } from './run-record.js';

/** How the runs of one kind have fared. */
interface Fared {
  /** When the last one came to its end that was carried out, or that somebody cancelled; null: none did. */
  readonly completedAtMs: number | null;
  /** The one that the schedule began since, and that was not carried out; null: none such. */
  readonly failed: { readonly runId: string; readonly atMs: number; readonly count: number } | null;
}

type ScheduleDocument = { readonly _id: 'full-sync-schedule' } & {
  readonly [Kind in ScheduledKind]?: Fared;
};

/** What is to be done now: go on with that run where that is possible, else begin one. */
export interface Due {
  readonly resume: string | null;
}

const _id = 'full-sync-schedule';
const none: Fared = { completedAtMs: null, failed: null };
/** How long after a failure it is tried again: doubled with each, never longer than the schedule's own interval. */
const RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;

/**
 * When the next run of all collections is due, by how the last ones ended. Kept beside their history, which forgets. Times
 * that lie ahead are of a clock that was put right since: they become now, and neither put a run off nor bring it forward
 * by as much.
 */
export class RunSchedule {
  readonly #schedule: Collection<ScheduleDocument>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(local: Db, clock: Pick<Clock, 'now'>) {
    this.#schedule = local.collection<ScheduleDocument>(stateCollections.metadata);
    this.#clock = clock;
  }

  /** Null: nothing is due yet. */
  async due(kind: ScheduledKind, everyMs: number): Promise<Due | null> {
    const { completedAtMs, failed } = await this.#load(kind);
    const nowMs = this.#clock.now();
    const lastAtMs = failed ? failed.atMs : completedAtMs;
    if (lastAtMs === null) return { resume: null };
    if (lastAtMs > nowMs) {
      const part: Fared = failed
        ? { completedAtMs, failed: { ...failed, atMs: nowMs } }
        : { ...none, completedAtMs: nowMs };
      await this.#save({ [kind]: part });
      return null;
    }
    const waitMs = failed ? Math.min(everyMs, MAX_RETRY_MS, RETRY_MS * 2 ** (failed.count - 1)) : everyMs;
    return nowMs - lastAtMs >= waitMs ? { resume: failed?.runId ?? null } : null;
  }

  /** A run has ended, whoever asked for it; what compares everything counts as one of what has changed, too. */
  async ended(run: RunRecord): Promise<void> {
    if (!hasEnded(run)) return;
    if (run.state === 'completed') {
      if (!isOfAll(run.wish)) return;
      const part: Fared = { completedAtMs: this.#clock.now(), failed: null };
      await this.#save({ changed: part, ...(!run.wish.changedOnly && { whole: part }) });
    } else if (run.wish.scheduled) await this.#failed(run.wish.scheduled, run.id);
  }

  /** Somebody does not want a run: where the schedule began it, the next one is due after the whole interval. */
  async skip({ id, wish: { scheduled } }: Pick<RunRecord, 'id' | 'wish'>): Promise<void> {
    for (const kind of ['whole', 'changed'] as const) {
      const isOfKind = scheduled === kind || (await this.#load(kind)).failed?.runId === id;
      if (isOfKind) await this.#save({ [kind]: { completedAtMs: this.#clock.now(), failed: null } });
    }
  }

  async #failed(kind: ScheduledKind, runId: string): Promise<void> {
    const { completedAtMs, failed } = await this.#load(kind);
    const count = (failed?.count ?? 0) + 1;
    await this.#save({ [kind]: { completedAtMs, failed: { runId, atMs: this.#clock.now(), count } } });
  }

  async #load(kind: ScheduledKind): Promise<Fared> {
    return (await this.#schedule.findOne({ _id }))?.[kind] ?? none;
  }

  async #save(parts: { readonly [Kind in ScheduledKind]?: Fared }): Promise<void> {
    await this.#schedule.updateOne({ _id }, { $set: parts }, { upsert: true, writeConcern: durable });
  }
}

/** Whether it repairs all collections, both ways. */
function isOfAll({ byEngine, dryRun, collections, direction }: RunWish): boolean {
  return !byEngine && !dryRun && collections === null && direction === null;
}
