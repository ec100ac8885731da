import {
  createDocumentKey,
  deafObserver,
  type DocumentKey,
  type EngineContext,
  type FullSyncReport,
  type Operation,
  PushesUnderWay,
  type Step,
} from '@bomba/sync-core';
import { MemoryAtlasSide, MemoryLocalSide } from '@bomba/sync-core/memory';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { examineCollection } from '../../../src/full-sync/examine-collection.js';
import { type FullSyncScope } from '../../../src/full-sync/full-sync-service.js';
import { everything, newRun, type RunPlace, type RunRecord } from '../../../src/full-sync/run-record.js';
import { RunProgress } from '../../../src/full-sync/run-progress.js';
import { type RunStore, type RunUpdate } from '../../../src/full-sync/run-store.js';
import { emptyDb } from './empty-db.js';
import { digestOf, documentOf, stampOf } from './memory-states.js';

/** How an examination ended, what it told, and where it would be gone on with. */
export interface Examined {
  readonly ended: string;
  readonly report: FullSyncReport['collections'][number];
  readonly place: RunPlace | null;
  /** Whether all but what is held is known to be the same. */
  readonly isClean: boolean;
}

/** Two sides in memory, of which a collection is examined; time passes by what is done. */
export class ExaminedSides {
  readonly local: MemoryLocalSide;
  readonly atlas: MemoryAtlasSide;
  /** Done whenever the run sleeps. */
  onSleep: () => void = () => undefined;
  /** Whether pull has passed what was on Atlas at the first look. */
  isPassed = true;
  /** How long each operation takes. */
  operationMs = 10;
  /** Whether a run is cancelled that has come so far, at so many checkpoints. */
  isCancelled: (run: RunRecord, checkpointCount: number) => boolean = () => false;
  #nowMs = 0;
  #saved: RunRecord;

  constructor({ dryRun = false }: { readonly dryRun?: boolean } = {}) {
    const options = { now: () => this.#nowMs, digestOf };
    this.local = new MemoryLocalSide(options);
    this.atlas = new MemoryAtlasSide(options);
    this.#saved = newRun({ id: 'run', nowMs: 0 }, { ...everything, byEngine: false, dryRun });
  }

  /** Puts as many documents on both sides. */
  share(count: number): readonly DocumentKey[] {
    const keys = Array.from({ length: count }, (_, n) => createDocumentKey('bills', `num:${n}`));
    for (const key of keys) {
      this.local.documents.set(key, documentOf(1));
      this.atlas.documents.set(key, documentOf(1));
    }
    return keys;
  }

  /** Another branch writes a version on Atlas. */
  writeOnAtlas(key: DocumentKey): void {
    this.atlas.write(key, documentOf(2));
  }

  /** Pull brings what Atlas has. */
  pull(): void {
    for (const [key, document] of this.atlas.documents) this.local.documents.set(key, document);
  }

  /** Examines from where the last examination would be gone on with. */
  async examine(): Promise<Examined> {
    const run = this.#saved;
    const clock = {
      now: () => this.#nowMs,
      monotonic: () => this.#nowMs,
      sleep: (ms: number) => this.#sleep(ms),
    };
    const progress = new RunProgress(run, { runs: this.#runs(), clock, epoch: 1, onReport: () => undefined });
    progress.expect(new Map());
    const start = run.place?.next ?? { after: null, goneCount: 0 };
    const at = { collection: 'bills', start, wish: run.wish, progress, keys: null };
    const ended = await examineCollection(this.#parts(clock), this.#scope(), at);
    const [report] = progress.report.collections;
    if (!report) throw new Error('nothing was told');
    return { ended, report, place: progress.place, isClean: progress.onlyHeld !== null };
  }

  #runs(): RunStore {
    let count = 0;
    const save = (_id: string, _epoch: number, update: RunUpdate): Promise<'go-on' | 'cancelled'> => {
      this.#saved = { ...this.#saved, ...update };
      return Promise.resolve(this.isCancelled(this.#saved, ++count) ? 'cancelled' : 'go-on');
    };
    return { save } as unknown as RunStore;
  }

  #parts(clock: object): EngineParts {
    const options = {
      clock,
      indexes: 'unique',
      queue: { scanIntervalMs: 100 },
      tombstones: { foreignDeleteGraceMs: 0 },
      bidirectional: true,
      pullExclude: new Set(),
      maxUnexplainedDeletes: 10,
      firstSync: 'newest',
    };
    return { options } as unknown as EngineParts;
  }

  #scope(): FullSyncScope {
    const context: EngineContext = {
      random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
      instanceId: 'this-branch',
      newId: () => stampOf(1_000),
      pushes: new PushesUnderWay(),
      observer: deafObserver,
      digestOf: (_, body) => digestOf(body),
      rulesFor: () => ({ ceilingMs: 2_000, horizonMs: 0, insertOnly: false }),
      isGoneForGood: () => true,
    };
    const sides = { localDb: emptyDb, greeting: { db: emptyDb }, signal: new AbortController().signal };
    const lane = { context, run: (step: Step<unknown>) => Promise.resolve(this.#run(step)) };
    const isPassed = () => this.isPassed;
    const mark = () =>
      Promise.resolve({
        get isOpen() {
          return isPassed();
        },
      });
    return { link: sides, lane, hold: () => undefined, mark } as unknown as FullSyncScope;
  }

  #run<Result>(step: Step<Result>): Result {
    for (let next = step.next(); ;) {
      if (next.done) return next.value;
      this.#nowMs += this.operationMs;
      next = step.next(this.#perform(next.value));
    }
  }

  #perform(operation: Operation): unknown {
    if (operation.side === 'model') return operation.entries.map(({ body }) => body);
    return operation.side === 'local' ? this.local.perform(operation) : this.atlas.perform(operation);
  }

  #sleep(durationMs: number): Promise<void> {
    this.#nowMs += durationMs;
    this.onSleep();
    return Promise.resolve();
  }
}
