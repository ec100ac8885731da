import { describe, expect, it } from '@jest/globals';
import { pushTurn, type PushTurnOptions } from '../../../src/push/push-turn.js';
import { PushWork } from '../../../src/push/push-work.js';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference } from '../run-step.js';
import { BATCH_BYTES } from '../../../src/operations/batch-bytes.js';
import { plainDocument } from '../../../src/memory/index.js';
import { documentAt, refusal, TwoSides } from '../two-sides.js';

interface Turns extends Partial<PushTurnOptions> {
  readonly interference?: Interference;
}

/** Takes turns until one says that it has finished. Throws where none does. */
function pushAll(sides: TwoSides, { interference, ...options }: Turns = {}): { readonly turnCount: number } {
  const rest = { work: new PushWork(new SyncQueueManager()), batchSize: 2, ...options };
  for (let turnCount = 1; turnCount < 100; turnCount++) {
    if (sides.run(pushTurn(sides.context, rest), interference).result.finished) return { turnCount };
  }
  throw new Error('Push does not finish.');
}

/** Documents written by one operation, so that all have one id. */
function writtenTogether(count: number): TwoSides {
  const sides = new TwoSides();
  for (let number = 0; number < count; number++) sides.write(keyOf(number), v(3), number);
  return sides;
}

describe('pushTurn', () => {
  it('finishes at once where nothing waits', () => {
    expect(pushAll(new TwoSides())).toEqual({ turnCount: 1 });
  });

  it('pushes what capture announced before it scans', () => {
    const sides = writtenTogether(1);
    const queue = new SyncQueueManager();
    queue.enqueue({ key: keyOf(0), id: v(3), type: 'insert' });
    const options = { work: new PushWork(queue), batchSize: 2 };
    const { result, operations } = sides.run(pushTurn(sides.context, options));
    expect(result).toMatchObject({ pushedCount: 1, finished: false });
    expect(operations.map(({ op }) => op)).not.toContain('scanDirty');
  });

  it('pushes all of the dirty index and all pending deletions', () => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2, 3, 4, 5, 6]) sides.share(keyOf(number), v(1));
    for (const number of [0, 1, 2, 3]) sides.write(keyOf(number), v(3 + number), 3);
    for (const number of [4, 5, 6]) sides.delete(keyOf(number), v(10 + number));
    pushAll(sides);
    for (const number of [0, 1, 2, 3]) expect(sides.onAtlas(keyOf(number))?.stamp).toBe(v(3 + number));
    for (const number of [4, 5, 6]) {
      expect(sides.onAtlas(keyOf(number))).toBeNull();
      expect(sides.atlas.tombstones.get(keyOf(number))).toMatchObject({ stamp: v(10 + number), base: v(1) });
    }
  });

  it('pushes every document of one id, although they are more than a page', () => {
    const sides = writtenTogether(7);
    pushAll(sides);
    expect(sides.atlas.documents.size).toBe(7);
  });

  it('settles what the fast lane leaves over', () => {
    const sides = new TwoSides();
    sides.share(keyOf(0), v(1));
    sides.write(keyOf(0), v(5), 5);
    sides.writeOnAtlas(keyOf(0), v(2), 2);
    pushAll(sides);
    expect(sides.onAtlas(keyOf(0))).toEqual({ content: 5, stamp: v(5) });
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(2) }]);
  });

  it('touches no key that it is told to skip, and finishes', () => {
    const sides = writtenTogether(5);
    pushAll(sides, { skip: () => true });
    expect(sides.atlas.documents.size).toBe(0);
  });

  it('finishes where Local refuses a whole page of what beat it, and goes on to the rest', () => {
    const sides = writtenTogether(3);
    for (const number of [0, 1, 2]) sides.writeOnAtlas(keyOf(number), v(9), 9);
    sides.local.documents.set(keyOf(3), documentAt(null, 1, { dirty: v(4) }));
    const answer: Interference['answer'] = ({ op }) => (op === 'store' ? [refusal] : undefined);
    pushAll(sides, { interference: { answer } });
    expect(sides.onAtlas(keyOf(3))?.stamp).toBe(v(4));
    expect(sides.local.quarantine.size).toBeGreaterThan(0);
  });

  it('tells which keys wait for an explanation', () => {
    const sides = new TwoSides();
    sides.goneForGood = false;
    const derived = documentAt(v(1), 3, { digest: null, dirty: v(3), derived: true });
    sides.local.documents.set(keyOf(0), derived);
    const options = { work: new PushWork(new SyncQueueManager()), batchSize: 2 };
    const { result } = sides.run(pushTurn(sides.context, options));
    expect(result.waiting).toEqual([keyOf(0)]);
  });

  it('reaches all keys of one id although more than a page of them does not settle', () => {
    const sides = writtenTogether(7);
    for (const number of [0, 1, 2, 3]) sides.writeOnAtlas(keyOf(number), v(9), 9);
    const answer: Interference['answer'] = ({ op }) => (op === 'store' ? [refusal] : undefined);
    pushAll(sides, { interference: { answer } });
    for (const number of [4, 5, 6]) expect(sides.onAtlas(keyOf(number))?.stamp).toBe(v(3));
  });

  it('sends large documents in parts, each as large as a batch may be, and all of them', () => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2, 3, 4]) writeLarge(sides, number);
    const sent: number[] = [];
    const before: Interference['before'] = (operation) => {
      if (operation.op === 'push') sent.push(operation.entries.length);
    };
    pushAll(sides, { batchSize: 10, interference: { before } });
    expect(sent).toEqual([3, 2]);
    expect(sides.atlas.documents.size).toBe(5);
  });
});

/** A document of which a batch holds two and a half. */
function writeLarge(sides: TwoSides, number: number): void {
  const body = new Uint8Array(Math.ceil(BATCH_BYTES / 2.5)).fill(number);
  sides.local.documents.set(keyOf(number), { ...plainDocument(body), dirty: v(3 + number) });
}
