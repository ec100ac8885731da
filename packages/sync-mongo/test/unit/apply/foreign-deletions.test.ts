import { describe, expect, it } from '@jest/globals';
import {
  AbsenceWatch,
  createDocumentKey,
  createStamp,
  deafObserver,
  type DocumentKey,
  type EngineContext,
  PushesUnderWay,
  type Step,
} from '@bomba/sync-core';
import { MemoryAtlasSide, MemoryLocalSide, plainDocument } from '@bomba/sync-core/memory';
import { ChangeProcessor, type ChangeProcessorOptions } from '../../../src/apply/change-processor.js';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { type StreamBatch } from '../../../src/stream/atlas-change-listener.js';
import { runStep } from '../../../src/worker/run-step.js';

const GRACE_MS = 10_000;
const BATCH_SIZE = 100;
const MAX_OPEN = 300;

const stampOf = (number: number) =>
  createStamp({ timeMs: number, counter: 0, random: new Uint8Array(16), shared: false });

/** A branch whose documents somebody deletes on Atlas, past bomba-sync: nothing but the stream tells of it. */
class Branch {
  readonly keys: readonly DocumentKey[];
  readonly local: MemoryLocalSide;
  readonly atlas: MemoryAtlasSide;
  readonly end = new AbortController();
  /** When each batch was asked for, and how many documents were gone from Local by then. */
  readonly asked: { readonly batchNumber: number; readonly goneCount: number }[] = [];
  #nowMs = 1_000_000;
  #lastStamp = 1_000;
  readonly #clock = {
    now: () => this.#nowMs,
    monotonic: () => this.#nowMs,
    sleep: async (ms: number) => void (this.#nowMs += Math.max(1, ms)),
  };

  constructor(count: number) {
    const options = { now: () => this.#nowMs, digestOf: () => '0:0' };
    [this.local, this.atlas] = [new MemoryLocalSide(options), new MemoryAtlasSide(options)];
    this.keys = Array.from({ length: count }, (_, n) => createDocumentKey('bills', `num:${n}`));
    const document = { ...plainDocument(new Uint8Array(8)), stamp: stampOf(1), digest: '0:0' };
    for (const key of this.keys) this.local.documents.set(key, document);
  }

  get goneCount(): number {
    return this.keys.length - this.local.documents.size;
  }

  async pull(): Promise<void> {
    await new ChangeProcessor(this.#parts(), this.#options()).run(this.#batch(0));
  }

  #batch(number: number): StreamBatch {
    const keys = this.keys.slice(number * BATCH_SIZE, (number + 1) * BATCH_SIZE);
    const events = keys.map((key) => ({ kind: 'change', change: { kind: 'hint', key } }) as const);
    return { events, token: { number } };
  }

  #next(number: number): StreamBatch {
    this.#nowMs += 200;
    this.asked.push({ batchNumber: number, goneCount: this.goneCount });
    if (this.goneCount === this.keys.length) this.end.abort();
    return this.#batch(number);
  }

  #parts(): EngineParts {
    const isPaused = () => false;
    const options = {
      clock: this.#clock,
      changeStream: {},
      bidirectional: true,
      pullExclude: new Set(),
      excludedFields: { of: () => ({ name: '' }), names: [], entries: () => [] },
    };
    return { options, pauses: { isPaused }, board: { set: () => undefined } } as unknown as EngineParts;
  }

  #options(): ChangeProcessorOptions {
    const absences = new AbsenceWatch({ graceMs: GRACE_MS, limit: 2 * MAX_OPEN });
    const context: EngineContext = {
      random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
      instanceId: 'this-branch',
      newId: () => stampOf(this.#lastStamp++),
      pushes: new PushesUnderWay(),
      observer: deafObserver,
      digestOf: () => '0:0',
      rulesFor: () => ({ ceilingMs: Number.MAX_SAFE_INTEGER, horizonMs: 0, insertOnly: false }),
      isGoneForGood: (key) => absences.isOver(key, this.#nowMs),
    };
    let number = 1;
    const run = (step: Step<unknown>) => runStep(step, { local: this.local, atlas: this.atlas });
    return {
      link: {
        ...{ pulled: ['bills'], signal: this.end.signal, isEnded: () => false, local: this.local },
        setbacks: { pull: { isAtRest: true, due: () => ({}), met: () => undefined, failureCount: () => 0 } },
      },
      lane: { context, run },
      listener: { next: async () => this.#next(number++) },
      markers: { passed: () => undefined },
      complete: { isOpen: false },
      caughtUp: { isOpen: true },
      maxOpen: MAX_OPEN,
    } as unknown as ChangeProcessorOptions;
  }
}

describe('more deletions past bomba-sync than are remembered at once', () => {
  it('are all taken over in the end, and no more are taken on than may wait', async () => {
    const branch = new Branch(1_500);
    await branch.pull();
    expect(branch.goneCount).toBe(1_500);
    for (const { batchNumber, goneCount } of branch.asked) {
      const takenOn = Math.min(batchNumber * BATCH_SIZE, 1_500);
      expect(takenOn - goneCount).toBeLessThanOrEqual(MAX_OPEN + 2 * BATCH_SIZE);
    }
  });
});
