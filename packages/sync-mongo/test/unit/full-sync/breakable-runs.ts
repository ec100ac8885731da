import {
  deafObserver,
  type DocumentKey,
  type EngineContext,
  type FullSyncReport,
  type Operation,
  PushesUnderWay,
  reconcile,
  type Step,
  SyncError,
} from '@bomba/sync-core';
import { MemoryAtlasSide, MemoryLocalSide } from '@bomba/sync-core/memory';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { type FullSyncScope, FullSyncService } from '../../../src/full-sync/full-sync-service.js';
import { everything, goingOn, newRun, type RunRecord } from '../../../src/full-sync/run-record.js';
import { type RunSlot } from '../../../src/full-sync/run-slot.js';
import { type RunStore, type RunUpdate } from '../../../src/full-sync/run-store.js';
import { type Sides, runStep } from '../../../src/worker/run-step.js';
import { emptyDb } from './empty-db.js';
import { digestOf, stampOf } from './memory-states.js';

/** The collections of both sides. */
export const COLLECTIONS = ['bills', 'items'] as const;
/** How a run can be broken off: `unanswered`: the operation was performed all the same. */
export const WAYS = ['cancelled', 'failed', 'unanswered', 'ended', 'died'] as const;
type Way = (typeof WAYS)[number];

/** Where runs are broken off, and how large their steps are. */
export interface Breaks {
  /** After so many operations, one after the other, runs are broken off, each time in this way. */
  readonly at: readonly { readonly after: number; readonly how: Way }[];
  /** How many states a side shows at once. */
  readonly pageSize: number;
  /** How long each operation takes. */
  readonly operationMs: number;
}

/** Two sides in memory, and full syncs of them that are broken off, and gone on with by another process, as told. */
export class BreakableRuns {
  readonly local: MemoryLocalSide;
  readonly atlas: MemoryAtlasSide;
  /** Whether live sync pushes what is written now. */
  mayPush = false;
  /** How often a run was broken off, and where a later part of it began. */
  brokenCount = 0;
  readonly begunBehind: (DocumentKey | null)[] = [];
  readonly #breaks: Breaks;
  #left: { after: number; readonly how: Way }[];
  readonly #runs = new Map<string, RunRecord>();
  #nowMs = 0;
  #idCount = 0;
  #broken: Way | null = null;
  #pushes = new PushesUnderWay();
  /** What the processor of this process keeps looking at. */
  #held = new Set<DocumentKey>();

  constructor(breaks: Breaks) {
    this.#breaks = breaks;
    this.#left = breaks.at.map((each) => ({ ...each }));
    const options = { now: () => this.#nowMs, digestOf };
    this.local = new MemoryLocalSide(options);
    this.atlas = new MemoryAtlasSide(options);
  }

  /** A full sync that somebody asked for, to its end: another process goes on with one that has not ended. */
  async examine(wish: { readonly dryRun: boolean }): Promise<FullSyncReport> {
    const id = `run ${this.#runs.size}`;
    const asked = newRun({ id, nowMs: 0 }, { ...everything, byEngine: false, ...wish });
    this.#runs.set(id, asked);
    for (let run: RunRecord = asked; run.state !== 'completed'; run = this.#runs.get(id) ?? asked) {
      const begun = goingOn(run);
      await this.#begin(run, () => this.#service().carryOut(this.#scope(), begun, () => Promise.resolve()));
    }
    return this.#runs.get(id) ?? asked;
  }

  /** The first comparison of the engine itself, to its end, and what that leaves open, until it is settled. */
  async meetForTheFirstTime(): Promise<void> {
    const at = { id: 'opening', opening: 'opening' };
    const first = { adopted: new Set<string>(), isPullWaiting: true };
    let isDone = false;
    while (!isDone)
      isDone = await this.#begin(this.#runs.get(at.id), () =>
        this.#service().run({ ...this.#scope({ isOver: false }), ...first }, at),
      );
    this.#left = [];
    for (let open: readonly DocumentKey[] = [...this.#held]; open.length > 0;) {
      const { waiting, unsettled } = await this.#run(reconcile(this.#context({ isOver: true }), open));
      open = [...waiting, ...unsettled];
    }
  }

  /** Whether the process that works on it came to the end of that, and not of itself. */
  async #begin(run: RunRecord | undefined, work: () => Promise<unknown>): Promise<boolean> {
    this.begunBehind.push(run?.place?.next?.after ?? null);
    try {
      await work();
    } catch (error) {
      if (!this.#broken) throw error;
    }
    if (!this.#broken) return true;
    this.#anotherProcess();
    return false;
  }

  #anotherProcess(): void {
    this.brokenCount += 1;
    this.#broken = null;
    this.#pushes = new PushesUnderWay();
    this.#held = new Set();
  }

  /** Counts what is done; true where the run is broken off now, and everything fails from then on but what it still says. */
  #breaksNow(): boolean {
    this.#nowMs += this.#breaks.operationMs;
    const [next] = this.#left;
    if (!next || this.#broken || next.after-- > 0) return false;
    this.#left.shift();
    this.#broken = next.how;
    return true;
  }

  #service(): FullSyncService {
    return new FullSyncService(this.#parts(), { runs: this.#store(), slot: freeSlot });
  }

  #store(): RunStore {
    const save = async (id: string, _: number, update: RunUpdate): Promise<string> => {
      this.#breaksNow();
      if (this.#broken === 'died') throw new Error('the process has died');
      const run = this.#runs.get(id);
      if (run) this.#runs.set(id, { ...run, ...update });
      return Promise.resolve(this.#broken === 'cancelled' ? 'cancelled' : 'go-on');
    };
    const add = (run: RunRecord): Promise<boolean> => Promise.resolve(Boolean(this.#runs.set(run.id, run)));
    const found = (id: string): Promise<RunRecord | null> => Promise.resolve(this.#runs.get(id) ?? null);
    return { save, add, load: found, takeUp: found } as unknown as RunStore;
  }

  #parts(): EngineParts {
    const clock = {
      now: () => this.#nowMs,
      monotonic: () => this.#nowMs,
      sleep: (ms: number) => Promise.resolve(void (this.#nowMs += ms)),
    };
    const options = {
      ...{ clock, indexes: 'unique', bidirectional: true, pullExclude: new Set() },
      ...{ queue: { scanIntervalMs: 100 }, tombstones: { foreignDeleteGraceMs: 0 } },
      ...{ maxUnexplainedDeletes: 1_000, firstSync: 'local' },
    };
    return {
      options,
      gone: { check: () => Promise.resolve() },
      emitter: { emit: () => undefined },
      pauses: { isWhollyPaused: () => false },
      fullSyncEnded: { call: () => undefined },
    } as unknown as EngineParts;
  }

  /** `isOver`: what is gone from Atlas without a tombstone has been so for long enough. */
  #scope({ isOver = true } = {}): FullSyncScope {
    const link = {
      ...{ localDb: emptyDb, greeting: { db: emptyDb }, epoch: 1, collections: COLLECTIONS },
      positions: { load: () => Promise.resolve(null) },
      signal: new AbortController().signal,
      isEnded: () => this.#broken === 'ended',
    };
    const context = this.#context({ isOver });
    const lane = { context, run: (step: Step<unknown>) => this.#run(step) };
    const hold = (keys: readonly DocumentKey[]): void => keys.forEach((key) => this.#held.add(key));
    return { link, lane, hold } as unknown as FullSyncScope;
  }

  #context({ isOver }: { readonly isOver: boolean }): EngineContext {
    return {
      random: { bytes: (length) => new Uint8Array(length).fill(++this.#idCount), fraction: () => 0.5 },
      instanceId: 'this-branch',
      newId: () => stampOf(1_000 + ++this.#idCount),
      pushes: this.#pushes,
      observer: deafObserver,
      digestOf: (_, body) => digestOf(body),
      rulesFor: () => ({ ceilingMs: 1e9, horizonMs: 0, insertOnly: false }),
      mayPush: () => this.mayPush,
      isGoneForGood: () => isOver,
    };
  }

  #run<Result>(step: Step<Result>): Promise<Result> {
    const on = (side: { perform: (operation: never) => unknown }) => ({
      run: async (operation: Operation) => this.#perform(side, operation),
    });
    const sides = { local: on(this.local), atlas: on(this.atlas) } as unknown as Sides;
    return runStep(step, sides);
  }

  #perform(side: { perform: (operation: never) => unknown }, operation: Operation): unknown {
    const isBreaking = this.#breaksNow();
    const isOut = this.#broken !== null && this.#broken !== 'cancelled';
    if (isOut && !(isBreaking && this.#broken === 'unanswered')) throw failure();
    const { pageSize } = this.#breaks;
    const limited = operation.op === 'scanStates' ? { ...operation, limit: pageSize } : operation;
    const answer = side.perform(limited as never);
    if (isOut) throw failure();
    return answer;
  }
}

const failure = (): SyncError => new SyncError('SYNC_CONN_UNREACHABLE', 'broken off');

const freeSlot = {
  clear: () => Promise.resolve(),
  tryTake: () => Promise.resolve(false),
  release: () => Promise.resolve(),
} as unknown as RunSlot;
