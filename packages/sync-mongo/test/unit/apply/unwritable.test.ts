import { describe, expect, it } from '@jest/globals';
import {
  type AtlasOperation,
  type AtlasSide,
  collectionOf,
  createDocumentKey,
  createStamp,
  deafObserver,
  type DocumentKey,
  type EngineContext,
  PushesUnderWay,
  type ResultOf,
  type Step,
  SyncError,
} from '@bomba/sync-core';
import { MemoryAtlasSide, MemoryLocalSide, plainDocument } from '@bomba/sync-core/memory';
import { ChangeProcessor, type ChangeProcessorOptions } from '../../../src/apply/change-processor.js';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { collectionFor, ForbearingAtlas } from '../../../src/engine/forbearing-atlas.js';
import { type StreamBatch } from '../../../src/stream/atlas-change-listener.js';
import { runStep } from '../../../src/worker/run-step.js';
import { SetbackWorld } from '../worker/setback-world.js';

const BATCH_SIZE = 100;
const MAX_OPEN = 300;
/** Longer than any of this takes. */
const MAX_MS = 3_000_000;

/** A branch that may not write `bills` on Atlas, where a foreign hand has put documents of two collections. */
class Branch extends SetbackWorld {
  readonly local: MemoryLocalSide;
  readonly atlas: MemoryAtlasSide;
  readonly end = new AbortController();
  readonly keys: readonly DocumentKey[];
  /** The collections marked stale, and the number of the position that was saved by then. */
  readonly stale: { readonly collection: string; readonly savedNumber: number }[] = [];
  mayWrite = false;
  batchNumber = 0;
  #lastStamp = 1_000;
  readonly #clock = {
    now: () => this.nowMs,
    monotonic: () => this.nowMs,
    sleep: (ms: number) => this.#pass(Math.max(1, ms)),
  };

  constructor({ billCount, itemCount }: { readonly billCount: number; readonly itemCount: number }) {
    super('atlas-to-local');
    const options = { now: () => this.nowMs, digestOf: () => '0:0' };
    [this.local, this.atlas] = [new MemoryLocalSide(options), new MemoryAtlasSide(options)];
    const keysOf = (collection: string, count: number): readonly DocumentKey[] =>
      Array.from({ length: count }, (_, n) => createDocumentKey(collection, `num:${n}`));
    this.keys = [...keysOf('bills', billCount), ...keysOf('items', itemCount)];
    for (const key of this.keys) this.atlas.documents.set(key, plainDocument(new Uint8Array(8)));
  }

  get savedNumber(): number {
    const saved = this.local.position as { readonly token: { readonly number: number } } | null;
    return saved?.token.number ?? -1;
  }

  countOn(collection: string): number {
    return [...this.local.documents.keys()].filter((key) => collectionOf(key) === collection).length;
  }

  /** Pulls until that is so. */
  async pullUntil(isOver: () => boolean): Promise<void> {
    const next = async (): Promise<StreamBatch> => {
      await this.#pass(200);
      if (isOver()) this.end.abort();
      return this.#batch(++this.batchNumber);
    };
    await new ChangeProcessor(this.#parts(), this.#options(next)).run(this.#batch(0));
  }

  async #pass(ms: number): Promise<void> {
    this.nowMs += ms;
    if (this.nowMs > MAX_MS) throw new Error('pull does not come to where it should');
  }

  #batch(number: number): StreamBatch {
    const keys = this.keys.slice(number * BATCH_SIZE, (number + 1) * BATCH_SIZE);
    const events = keys.map((key) => ({ kind: 'change', change: { kind: 'hint', key } }) as const);
    return { events, token: { number } };
  }

  #parts(): EngineParts {
    const options = {
      clock: this.#clock,
      changeStream: { maxReconnectAttempts: 10 },
      bidirectional: true,
      pullExclude: new Set(),
      excludedFields: { of: () => ({ name: '' }), names: [], entries: () => [] },
    };
    const pauses = {
      isPaused: () => false,
      markStale: async (collection: string) =>
        void this.stale.push({ collection, savedNumber: this.savedNumber }),
    };
    return { options, pauses, board: { set: () => undefined } } as unknown as EngineParts;
  }

  #options(next: () => Promise<StreamBatch>): ChangeProcessorOptions {
    const context: EngineContext = {
      random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
      instanceId: 'this-branch',
      newId: () => this.#stamp(),
      pushes: new PushesUnderWay(),
      observer: deafObserver,
      digestOf: () => '0:0',
      rulesFor: () => ({ ceilingMs: Number.MAX_SAFE_INTEGER, horizonMs: 0, insertOnly: false }),
      isGoneForGood: () => true,
      mayPush: () => false,
      mayWriteAtlas: (key, what) => !this.setbacks.isWaiting(key, collectionFor(what, key)),
    };
    const { setbacks, end, local } = this;
    const atlas = new ForbearingAtlas(this.#refusing(), { setbacks, signal: end.signal });
    const run = (step: Step<unknown>) => runStep(step, { local, atlas });
    const link = { pulled: ['bills', 'items'], signal: end.signal, isEnded: () => false, local };
    return {
      link: { ...link, setbacks: { pull: setbacks }, greeting: { db: { databaseName: 'bomba' } } },
      lane: { context, run },
      listener: { next },
      markers: { passed: () => undefined },
      complete: { isOpen: true },
      caughtUp: { isOpen: true },
      maxOpen: MAX_OPEN,
    } as unknown as ChangeProcessorOptions;
  }

  #refusing(): AtlasSide {
    return {
      run: async <O extends AtlasOperation>(operation: O): Promise<ResultOf<O>> => {
        const isOfBills =
          operation.op === 'seal' && operation.entries.some(({ key }) => collectionOf(key) === 'bills');
        if (isOfBills && !this.mayWrite) throw new SyncError('SYNC_CONN_AUTH', 'Atlas refused.');
        return this.atlas.run(operation);
      },
    };
  }

  #stamp() {
    return createStamp({ timeMs: this.#lastStamp++, counter: 0, random: new Uint8Array(16), shared: false });
  }
}

describe('foreign documents that Atlas does not let be given a version', () => {
  it('hold the position back as long as few of them have failed a few times, and nothing else', async () => {
    const branch = new Branch({ billCount: 5, itemCount: 500 });
    await branch.pullUntil(() => branch.told.length >= 3);
    expect(branch.countOn('items')).toBe(500);
    expect(branch.savedNumber).toBe(-1);
    expect(branch.stale).toEqual([]);
  });

  it('let it go where they fail on and on, once it is noted that their collection is to be compared', async () => {
    const branch = new Branch({ billCount: 5, itemCount: 500 });
    await branch.pullUntil(() => branch.savedNumber > 0);
    expect(branch.told.length).toBeGreaterThanOrEqual(10);
    expect(branch.stale[0]).toEqual({ collection: 'bills', savedNumber: -1 });
  });

  it('do not keep others from being pulled where they are more than may wait', async () => {
    const branch = new Branch({ billCount: 1_500, itemCount: 500 });
    await branch.pullUntil(() => branch.countOn('items') === 500);
    expect(branch.batchNumber).toBeLessThan(30);
    expect(branch.stale).toContainEqual({ collection: 'bills', savedNumber: -1 });
    expect(branch.countOn('bills')).toBe(0);
  });

  it('are tried again by some of them, as seldom as before: then the collection can be compared', async () => {
    const branch = new Branch({ billCount: 1_500, itemCount: 0 });
    await branch.pullUntil(() => branch.told.length >= 12);
    expect(branch.told.map(({ attempt }) => attempt)).toEqual(branch.told.map((_, i) => i + 1));
    expect(branch.setbacks.isFailing('bills')).toBe(true);
    const again = new Branch({ billCount: 1_500, itemCount: 0 });
    await again.pullUntil(() => {
      again.mayWrite = again.told.length >= 12;
      return again.mayWrite && !again.setbacks.isFailing('bills');
    });
    expect(again.standing).toBeNull();
    expect(again.countOn('bills')).toBeGreaterThan(0);
  });
});
