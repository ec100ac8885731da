import { describe, expect, it } from '@jest/globals';
import {
  BatchSize,
  createDocumentKey,
  createStamp,
  deafObserver,
  type DocumentKey,
  type EngineContext,
  type IndexPage,
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
import { noSetbacks } from '../../../src/worker/write-setbacks.js';
import { SyncWorker } from '../../../src/worker/sync-worker.js';

const KEY_COUNT = 40;
const MEBIBYTE = 1024 * 1024;
const BODY = new Uint8Array(MEBIBYTE);
/** What gets through before the line is cut. */
const LINE_BYTES = 3 * MEBIBYTE;

const broken = (): SyncError => new SyncError('SYNC_CONN_UNREACHABLE', 'Atlas did not answer.');

/** Forty documents of a mebibyte, and a line that is cut before more than three of them get through. */
class NarrowLine {
  readonly pushSize = new BatchSize();
  /** How many documents each request had. */
  readonly asked: number[] = [];
  readonly dirty = Array.from({ length: KEY_COUNT }, (_, n) => ({
    key: createDocumentKey('items', `num:${n}`),
    id: createStamp({ timeMs: 1_000 + n, counter: 0, random: new Uint8Array(16) }),
  }));
  /** Why the work of all users of the connection has ended by the time a push fails; null: push is the first to know. */
  readonly #reason: (() => unknown) | null;
  readonly #done = new Set<DocumentKey>();
  #end = new AbortController();

  constructor(reason: (() => unknown) | null = null) {
    this.#reason = reason;
  }

  get isDone(): boolean {
    return this.#done.size === KEY_COUNT;
  }

  /** Works over one connection until it breaks, or is ended; or all is done. */
  async connect(): Promise<void> {
    this.#end = new AbortController();
    const now = (): number => 0;
    const clock = { now, monotonic: now, sleep: async () => this.#end.abort() };
    const options = { clock, queue: { maxSize: 10_000, scanIntervalMs: 1_000 }, retry: {} };
    const parts = {
      options,
      pushDue: new WakeUp(),
      pushSize: this.pushSize,
      queue: new SyncQueueManager(options.queue),
      pauses: { isPaused: () => false },
      board: { count: () => undefined, standing: () => undefined },
    } as unknown as EngineParts;
    const gate = new Gate();
    gate.open();
    const context = {
      random: { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 },
      instanceId: 'this-branch',
      observer: deafObserver,
      pushes: new PushesUnderWay(),
      batchBytes: () => this.pushSize.bytes,
      digestOf: () => '0:0',
      rulesFor: () => ({ ceilingMs: Number.MAX_SAFE_INTEGER, horizonMs: 0, insertOnly: false }),
    } as unknown as EngineContext;
    const lane = { context, run: this.#run.bind(this) } as unknown as Lane;
    const { signal } = this.#end;
    const places = { lanes: [lane, lane], collections: ['items'], gate };
    await new SyncWorker(parts, { ...places, setbacks: noSetbacks(parts).push, signal })
      .run()
      .catch(() => undefined);
  }

  async #run<Result>(step: Step<Result>): Promise<Result> {
    let next = step.next();
    while (!next.done) {
      const operation = next.value;
      const isTooMuch = operation.op === 'push' && operation.entries.length * MEBIBYTE > LINE_BYTES;
      if (operation.op === 'push') this.asked.push(operation.entries.length);
      if (isTooMuch && this.#reason) this.#end.abort(this.#reason());
      next = isTooMuch ? step.throw(broken()) : step.next(this.#answer(operation));
    }
    return next.value;
  }

  #answer(operation: Operation): unknown {
    switch (operation.op) {
      case 'scanDirty':
        return this.#page(operation);
      case 'readWithin':
        return operation.entries.map((key, i) =>
          i > 0 && (i + 1) * MEBIBYTE > operation.maxBytes ? 'later' : this.#document(key),
        );
      case 'push':
        return { storedCount: operation.entries.length, refused: [] };
      case 'acknowledge':
        for (const { key } of operation.entries) this.#done.add(key);
        return operation.entries.map(() => 'clean');
      default:
        return 'entries' in operation ? operation.entries.map(() => null) : [];
    }
  }

  #page({ after, limit }: IndexPage): unknown {
    return this.dirty
      .filter(({ key, id }) => !this.#done.has(key) && (after === null || id > after))
      .slice(0, limit);
  }

  #document(key: DocumentKey): unknown {
    const dirty = this.dirty.find((one) => one.key === key)?.id ?? null;
    const marks = { stamp: null, dirty, held: false, deleting: false, last: null, derived: false };
    const info = { version: 0, conflictCount: 0, instanceId: null };
    return { ...marks, edited: false, unchanged: false, body: BODY, info };
  }
}

describe('a line that is cut before a batch of large documents gets through', () => {
  it.each([
    ['push meets that first', null],
    ['somebody else does', broken],
  ])('is asked for less each time, until they do: %s', async (_, reason) => {
    const line = new NarrowLine(reason);
    let connectionCount = 0;
    for (; !line.isDone && connectionCount < 30; connectionCount++) await line.connect();
    expect(line.isDone).toBe(true);
    expect(line.asked[0]).toBe(16);
    // 16 documents, 8 and 4 are too many: and so is what it grows to now and then.
    expect(connectionCount).toBeLessThan(20);
  });

  it('is asked for as much as before where its work was ended on purpose', async () => {
    const line = new NarrowLine(() => undefined);
    await line.connect();
    expect(line.asked[0]).toBe(16);
    expect(line.pushSize.bytes).toBe(new BatchSize().bytes);
  });
});
