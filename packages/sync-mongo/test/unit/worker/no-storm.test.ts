import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  BatchSize,
  createDocumentKey,
  createStamp,
  deafObserver,
  type DirtyKey,
  type DocumentKey,
  type EngineContext,
  type IndexPage,
  type LocalDocument,
  type Operation,
  PushesUnderWay,
  type Step,
  SyncError,
  SyncQueueManager,
} from '@bomba/sync-core';
import { WakeUp } from '../../../src/control/wake-up.js';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { Gate } from '../../../src/engine/gate.js';
import { type Lane } from '../../../src/engine/lane.js';
import { WriteSetbacks } from '../../../src/worker/write-setbacks.js';
import { SyncWorker } from '../../../src/worker/sync-worker.js';

const KEY_COUNT = 100_000;
const OUTAGE_MS = 600_000;
/** Longer than any of this takes. */
const MAX_MS = 2_000_000;

/** Time that passes only while somebody sleeps. */
class SleepingClock {
  nowMs = 0;
  now = (): number => this.nowMs;
  monotonic = (): number => this.nowMs;
  sleep = (durationMs: number): Promise<void> => {
    this.nowMs += Math.max(1, durationMs);
    return Promise.resolve();
  };
}

/** A Local of dirty documents, and an Atlas that is overloaded for a while; they count what they are asked for. */
class OverloadedWorld {
  readonly clock = new SleepingClock();
  readonly end = new AbortController();
  readonly pushSize = new BatchSize();
  readonly dirty: DirtyKey[];
  /** When Atlas was asked to store something, and how much. */
  readonly pushes: { readonly atMs: number; readonly count: number }[] = [];
  /** The collections that each scan was told to leave out. */
  readonly leftOut: (readonly string[])[] = [];
  readonly context = {
    random: { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 },
    instanceId: 'this-branch',
    observer: deafObserver,
    pushes: new PushesUnderWay(),
    digestOf: () => '0:0',
    rulesFor: () => ({ ceilingMs: Number.MAX_SAFE_INTEGER, horizonMs: 0, insertOnly: false }),
  } as unknown as EngineContext;
  /** A document that Atlas answers in the same way at any time. */
  readonly poison: DocumentKey | null;
  readonly #done = new Set<DocumentKey>();

  get leftCount(): number {
    return this.dirty.length - this.#done.size;
  }

  constructor(keyCount: number, poisonNumber: number | null = null) {
    this.poison = poisonNumber === null ? null : createDocumentKey('items', `num:${poisonNumber}`);
    this.dirty = Array.from({ length: keyCount }, (_, n) => ({
      key: createDocumentKey('items', `num:${n}`),
      id: createStamp({ timeMs: 1_000 + n, counter: 0, random: new Uint8Array(16) }),
    }));
  }

  async run<Result>(step: Step<Result>): Promise<Result> {
    let next = step.next();
    while (!next.done) {
      const operation = next.value;
      const overloaded = operation.op === 'push' && this.#isRefused(operation.entries.map(({ key }) => key));
      next = overloaded
        ? step.throw(this.#refuse(operation.entries.length))
        : step.next(this.#answer(operation));
    }
    if (this.leftCount === (this.poison ? 1 : 0) || this.clock.nowMs > MAX_MS) this.end.abort();
    return next.value;
  }

  #isRefused(keys: readonly DocumentKey[]): boolean {
    return this.poison ? keys.includes(this.poison) : this.clock.nowMs < OUTAGE_MS;
  }

  #refuse(count: number): SyncError {
    this.pushes.push({ atMs: this.clock.nowMs, count });
    return new SyncError('SYNC_WRITE_TRANSIENT', 'Atlas is overloaded.');
  }

  #answer(operation: Operation): unknown {
    switch (operation.op) {
      case 'scanPending':
        this.leftOut.push(operation.except ?? []);
        return [];
      case 'scanDirty':
        this.leftOut.push(operation.except ?? []);
        if (operation.except?.includes('items')) return [];
        return this.#page(operation);
      case 'readWithin':
        return operation.entries.map((key) => this.#document(key));
      case 'push':
        this.pushes.push({ atMs: this.clock.nowMs, count: operation.entries.length });
        return { storedCount: operation.entries.length, refused: [] };
      case 'acknowledge':
        for (const { key } of operation.entries) this.#done.add(key);
        return operation.entries.map(() => 'clean');
      default:
        return 'entries' in operation ? operation.entries.map(() => null) : [];
    }
  }

  #page({ after, skip = 0, limit }: IndexPage): readonly DirtyKey[] {
    const isOpen = ({ key, id }: DirtyKey): boolean => !this.#done.has(key) && (after === null || id > after);
    return this.dirty.filter(isOpen).slice(skip, skip + limit);
  }

  #document(key: DocumentKey): LocalDocument {
    const { id } = this.dirty[Number(key.split(':').at(-1))] ?? { id: null };
    const marks = {
      stamp: null,
      dirty: this.#done.has(key) ? null : id,
      held: false,
      deleting: false,
      last: null,
      derived: false,
    };
    const info = { version: 0, conflictCount: 0, instanceId: null };
    return { ...marks, edited: false, unchanged: false, body: new Uint8Array(8), info };
  }
}

/** Has the worker push everything; push is open from the start. */
async function pushAll(
  world: OverloadedWorld,
  { laneCount = 2 }: { readonly laneCount?: number } = {},
): Promise<OverloadedWorld> {
  const { clock, end } = world;
  const options = {
    clock,
    queue: { maxSize: 10_000, scanIntervalMs: 1_000 },
    retry: { baseMs: 1_000, maxMs: 60_000 },
    changeStream: { maxReconnectAttempts: 10 },
    logger: { warn: () => undefined, info: () => undefined, error: () => undefined },
  };
  const parts = {
    options,
    pushDue: new WakeUp(),
    pushSize: world.pushSize,
    queue: new SyncQueueManager(options.queue),
    pauses: { isPaused: (_direction: string, name: string) => name === 'paused' },
    board: { count: () => undefined, standing: () => undefined },
    emitter: { emit: () => undefined },
  } as unknown as EngineParts;
  const gate = new Gate();
  gate.open();
  const setbacks = new WriteSetbacks(parts, 'local-to-atlas');
  // As every lane of push has it.
  const mayPush = (key: DocumentKey): boolean => !setbacks.isWaiting(key);
  const context = { ...world.context, mayPush };
  const lane = { context, run: world.run.bind(world) } as unknown as Lane;
  await new SyncWorker(parts, {
    lanes: Array.from({ length: laneCount }, () => lane),
    collections: ['items', 'paused'],
    gate,
    setbacks,
    signal: end.signal,
  }).run();
  return world;
}

describe('push, while Atlas is overloaded for ten minutes', () => {
  let many: OverloadedWorld;
  beforeAll(async () => (many = await pushAll(new OverloadedWorld(KEY_COUNT))));

  it(`asks it as seldom with ${KEY_COUNT} keys that wait as with one, and with less each time`, async () => {
    const one = await pushAll(new OverloadedWorld(1));
    for (const { pushes } of [one, many]) {
      const refused = pushes.filter(({ atMs }) => atMs < OUTAGE_MS);
      // Full jitter: half a minute apart on average, once the longest wait is reached; two batches at a time.
      expect(refused.length).toBeGreaterThan(5);
      expect(refused.length).toBeLessThan(200);
    }
    const counts = many.pushes.filter(({ atMs }) => atMs < OUTAGE_MS).map(({ count }) => count);
    expect(counts.slice(0, 8)).toEqual([100, 100, 50, 50, 25, 25, 12, 12]);
    expect(counts.at(-1)).toBe(1);
  });

  it('sends each key once when it is back, in batches that grow', () => {
    const stored = many.pushes.filter(({ atMs }) => atMs >= OUTAGE_MS).map(({ count }) => count);
    expect(stored.reduce((sum, count) => sum + count)).toBe(KEY_COUNT);
    expect(Math.max(...stored)).toBe(1_000);
    expect(stored.length).toBeLessThan(KEY_COUNT / 1_000 + 20);
  });

  it('reads nothing of a collection whose push is paused, however much waits there', () => {
    expect(many.leftOut.length).toBeGreaterThan(0);
    for (const names of many.leftOut) expect(names).toContain('paused');
  });
});

describe('one document that Atlas answers as if it were overloaded, whenever it is in a batch', () => {
  async function expectOthersToArrive(world: OverloadedWorld): Promise<void> {
    // One batch at a time: beside another one, which passes, nothing waits long anyway.
    await pushAll(world, { laneCount: 1 });
    expect(world.clock.nowMs).toBeLessThan(120_000);
    expect(world.leftCount).toBe(1);
    expect(world.pushes.length).toBeLessThan(120);
  }

  it.each([0, 700, 1_999])(
    'holds up the others of its collection for a while only: number %d',
    async (number) => {
      await expectOthersToArrive(new OverloadedWorld(2_000, number));
    },
  );

  it('is found also where so little is asked for by then that it has none beside it', async () => {
    const world = new OverloadedWorld(2_000, 0);
    while (world.pushSize.current > 1) world.pushSize.failed();
    await expectOthersToArrive(world);
  });
});
