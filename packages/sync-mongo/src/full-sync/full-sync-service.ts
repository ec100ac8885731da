import { type ChosenSide, type DocumentKey, type FullSyncReport, SyncError } from '@bomba/sync-core';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { type Lane } from '../engine/lane.js';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { ownPosition } from '../position/own-position.js';
import { type Position } from '../position/position-store.js';
import { randomId } from '../system/random-id.js';
import { systemRandom } from '../system/system-random.js';
import { Adopted } from './adopted.js';
import { CleanMark } from './clean-mark.js';
import { type CollectionRun, compareCollection } from './compare-collection.js';
import { allKeys, changedOrAll, type ComparedKeys } from './compared-keys.js';
import { estimatedCounts } from './estimated-counts.js';
import { examineCollection } from './examine-collection.js';
import { remaining } from './remaining.js';
import { countsWith, everything, goingOn, newRun, type RunRecord } from './run-record.js';
import { RunProgress } from './run-progress.js';
import { type RunSlot } from './run-slot.js';
import { type RunStore } from './run-store.js';

const ignore = (): void => undefined;

/** What a run works over. */
export interface FullSyncScope {
  readonly link: AtlasLink;
  readonly lane: Lane;
  /** Has keys looked at until they are settled, where the run does not wait for that. */
  readonly hold: (keys: readonly DocumentKey[]) => void;
  /** Marks a moment on Atlas: what it answers is open once pull has passed that. Default: nothing waits for pull. */
  readonly mark?: () => Promise<Pick<Gate, 'isOpen'>>;
  /** Whether the fuse for unexplained deletions holds. Default true. */
  readonly fuse?: boolean;
  /** The collections that were compared before: the others meet Atlas for the first time. Default: all were. */
  readonly adopted?: ReadonlySet<string>;
  /** Nothing is pulled before this run is over: see `DiffRules`. Default false. */
  readonly isPullWaiting?: boolean;
  /** The side that the operator chose. */
  readonly choice?: ChosenSide;
  /** What is paused goes on after this run, so pauses do not hold it up. Default false. */
  readonly resumes?: boolean;
  /** What somebody has paused is left as it is, though what paused itself is not. Default false. */
  readonly leavesPaused?: boolean;
}

/** A run's result. */
export interface FullSyncOutcome {
  readonly report: FullSyncReport;
  /** False where a collection was not compared to its end. */
  readonly isComplete: boolean;
}

/** A comparison of the engine's own. */
interface OwnRun {
  /** Default: all that travel. */
  readonly collections?: readonly string[] | null;
  readonly id?: string;
  /** The opening of the stream before it: it goes on where one of that id was broken off under the same. Default: none. */
  readonly opening?: string | null;
}

/** Where the runs of a branch are. */
export interface RunPlaces {
  readonly runs: RunStore;
  readonly slot: RunSlot;
}

/** Compares both sides, collection by collection, and hands what differs to the protocol. One run at a time. */
export class FullSyncService {
  readonly #parts: EngineParts;
  readonly #places: RunPlaces;
  #isRunning = false;

  constructor(parts: EngineParts, places: RunPlaces) {
    this.#parts = parts;
    this.#places = places;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /**
   * A comparison that the engine itself needs: it waits for nobody, and what it leaves open is held. A run that somebody
   * asked for, and that waits, comes after it. What it has compared has met Atlas. Throws what made it fail.
   */
  async run(
    scope: FullSyncScope,
    { collections = null, id = newRunId(), opening = null }: OwnRun = {},
  ): Promise<FullSyncOutcome> {
    const { slot, runs } = this.#places;
    const { epoch } = scope.link;
    const nowMs = this.#parts.options.clock.now();
    const begun = opening === null ? null : await runs.load(id);
    const run =
      begun && opening !== null && countsWith(begun, opening)
        ? goingOn(begun)
        : { ...newRun({ id, nowMs }, { ...everything, byEngine: true, collections }), opening };
    await slot.clear(epoch, nowMs);
    const isAdded = (await slot.tryTake(run, epoch)) || (await runs.add(run, epoch));
    const taken = isAdded ? await runs.takeUp(id, epoch) : null;
    if (!taken) throw new SyncError('SYNC_LEASE_LOST', 'Another process runs the engine.');
    const outcome = await this.#carryOut(scope, taken, { waits: false });
    if ('failure' in outcome) throw outcome.failure;
    if (scope.adopted) await new Adopted(scope.link.localDb).add(comparedIn(outcome.report));
    return outcome;
  }

  /**
   * Works on a run that somebody asked for. How it ended is in the run's record, whatever becomes of it. `onComplete` is
   * done before that, where all was compared, but for what was to be left as it is.
   */
  async carryOut(scope: FullSyncScope, run: RunRecord, onComplete: OnComplete): Promise<void> {
    await this.#carryOut(scope, run, { waits: true, onComplete });
    this.#parts.fullSyncEnded.call();
  }

  async #carryOut(
    scope: FullSyncScope,
    asked: RunRecord,
    { waits, onComplete }: { readonly waits: boolean; readonly onComplete?: OnComplete },
  ): Promise<FullSyncOutcome | { readonly failure: unknown }> {
    if (this.#isRunning) throw new SyncError('SYNC_FULL_RUNNING', 'A full sync is running already.');
    this.#isRunning = true;
    // What has changed is another thing by now.
    const run = asked.wish.changedOnly ? { ...asked, collections: [], place: null } : asked;
    const progress = this.#progress(scope, run);
    try {
      // All that is compared from now on is behind it.
      const since = waits && run.place === null ? await this.#position(scope) : null;
      const goneChecked = scope.choice ? Promise.resolve() : this.#parts.gone.check();
      goneChecked.catch(ignore); // heard of before anything is compared
      const keysOf = run.wish.changedOnly ? await changedOrAll(this.#parts, scope, progress) : allKeys;
      const ended = keysOf
        ? await this.#compareAll(scope, { run, progress, waits, keysOf, goneChecked })
        : 'cancelled';
      if (ended === 'complete') await onComplete?.(progress.report);
      const held = progress.onlyHeld;
      if (ended === 'complete' && since && held)
        await new CleanMark(scope.link.localDb).save({ ...since, held });
      if (ended === 'cancelled') await progress.end('cancelled');
      else await endDone(progress);
      await this.#places.slot.release(run.id);
      return { report: progress.report, isComplete: ended === 'complete' };
    } catch (error) {
      await this.#endBadly(scope, { run, progress, error, waits });
      return { failure: error };
    } finally {
      this.#isRunning = false;
    }
  }

  #position({ link }: FullSyncScope): Promise<Position | null> {
    return ownPosition(link.positions, { ...link, excluded: this.#parts.options.excludedFields });
  }

  /** A connection that was ended on purpose interrupts a run; whatever else breaks it is a failure of the run. */
  async #endBadly({ link }: FullSyncScope, at: Failed): Promise<void> {
    const failure = mapMongoError(at.error, 'local');
    const isInterrupted = failure.code === 'SYNC_LEASE_LOST' || link.isEnded();
    try {
      if (isInterrupted && at.waits) await this.#interrupt(at);
      else {
        await at.progress.end('failed', failure);
        await this.#places.slot.release(at.run.id);
      }
    } catch {
      // Local does not answer, or another process has the run: whoever holds the lease next goes on with it.
    }
  }

  /** It goes on with the next connection, but where it was cancelled: nobody may be there to hear of that before. */
  async #interrupt({ progress, run }: Failed): Promise<void> {
    const { runs, slot } = this.#places;
    const answer = await progress.end('interrupted');
    const nowMs = this.#parts.options.clock.now();
    if (answer === 'cancelled' && (await runs.withdraw(run.id, nowMs, { begun: true })))
      await slot.release(run.id);
  }

  #progress({ link }: FullSyncScope, run: RunRecord): RunProgress {
    const { emitter, options } = this.#parts;
    return new RunProgress(run, {
      runs: this.#places.runs,
      clock: options.clock,
      epoch: link.epoch,
      onReport: (report) => emitter.emit('fullSync', report),
    });
  }

  async #compareAll(
    scope: FullSyncScope,
    { run, progress, waits, keysOf, goneChecked }: Comparing,
  ): Promise<'complete' | 'incomplete' | 'cancelled'> {
    const { leavesPaused = false } = scope;
    let isComplete = !run.place?.reports?.some(
      ({ paused = false, fuseBlown = false }) => fuseBlown || (paused && !leavesPaused),
    );
    // A process that ended in between has written down that they blew, and paused nothing.
    for (const { collection, fuseBlown = false } of run.place?.reports ?? [])
      if (fuseBlown) await this.#blowFuse(collection);
    if (!waits) scope.hold(run.place?.open ?? []);
    progress.expect(await estimatedCounts(scope.link, { wanted: run.wish.collections, keysOf }));
    if (!(await progress.checkpoint())) return 'cancelled';
    await goneChecked;
    for (const { collection, start } of remaining(run, scope.link.collections)) {
      const isPaused = await this.#isPaused(scope, { collection, run });
      if (isPaused) progress.paused(collection);
      // What was set aside before a break was so elsewhere, or may not be taken over any more.
      if (isPaused || collection !== run.place?.collection) progress.takeAside();
      const wish = isPaused ? { ...run.wish, dryRun: true } : run.wish;
      const at: CollectionRun = { collection, start, wish, progress, keys: keysOf(collection) };
      const compare = waits ? examineCollection : compareCollection;
      const ended = await compare(this.#parts, scope, at);
      if (ended === 'cancelled') return ended;
      if (ended === 'too-many-unexplained-deletes') {
        progress.fuseBlown(collection);
        // Once it is paused, it would be compared without a fuse by whoever goes on with this run.
        progress.reach({ collection, next: null });
        const goesOn = await progress.checkpoint({ isDue: true });
        await this.#blowFuse(collection);
        if (!goesOn) return 'cancelled';
      }
      isComplete &&= ended === 'complete' && (!isPaused || leavesPaused);
    }
    return isComplete ? 'complete' : 'incomplete';
  }

  /** Nothing may be changed now, and nothing found now need be so later: it is compared again when it goes on. */
  async #isPaused(
    { choice, resumes = false, leavesPaused = false }: FullSyncScope,
    { collection, run }: { readonly collection: string; readonly run: RunRecord },
  ): Promise<boolean> {
    const { pauses } = this.#parts;
    const isHeeded = !choice && !resumes && pauses.isWhollyPaused(collection);
    const isPaused = isHeeded || (leavesPaused && pauses.isPausedByHand(collection));
    if (isPaused && !run.wish.dryRun) await pauses.markStale(collection);
    return isPaused;
  }

  /** More documents are gone from Atlas than anybody is likely to have deleted: the operator chooses. */
  async #blowFuse(collection: string): Promise<void> {
    const { pauses, options } = this.#parts;
    await pauses.markStale(collection);
    await pauses.pauseItself(collection);
    options.logger.error('too many documents are gone from Atlas without a trace; paused: choose by resync', {
      collection,
    });
  }
}

/** Told what a run has found. */
type OnComplete = (report: FullSyncReport) => Promise<void>;

interface Comparing extends Pick<Failed, 'run' | 'progress' | 'waits'> {
  readonly keysOf: ComparedKeys;
  /** Done once collections that are gone from Local are paused: what they had is not deleted. */
  readonly goneChecked: Promise<void>;
}

interface Failed {
  readonly run: RunRecord;
  readonly progress: RunProgress;
  readonly error: unknown;
  readonly waits: boolean;
}

/** Whoever waits for a run is to hear of it where a collection paused itself, also in a process that died since. */
async function endDone(progress: RunProgress): Promise<unknown> {
  const blown = progress.report.collections.filter(({ fuseBlown = false }) => fuseBlown);
  if (blown.length === 0) return progress.end('completed');
  const names = blown.map(({ collection }) => collection).join(', ');
  const message = `Too many documents are gone from Atlas without a trace; paused: ${names}.`;
  return progress.end('failed', new SyncError('SYNC_FULL_FUSE', message));
}

/** The collections of a run that were compared to their end, and had what differed settled. */
function comparedIn({ state, error, collections }: FullSyncReport): readonly string[] {
  if (state !== 'completed' && error?.code !== 'SYNC_FULL_FUSE') return [];
  return collections.filter(({ paused = false }) => !paused).map(({ collection }) => collection);
}

/** The id of a run that nobody has named yet. */
export function newRunId(): string {
  return randomId(systemRandom);
}
