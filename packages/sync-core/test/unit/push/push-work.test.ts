import { describe, expect, it } from '@jest/globals';
import { type Operation } from '../../../src/operations/operation.js';
import { fillQueue, pushTurn, pushWaiting } from '../../../src/push/push-turn.js';
import { PushWork } from '../../../src/push/push-work.js';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { losingAnswersOf, Unanswered } from '../run-step.js';
import { TwoSides } from '../two-sides.js';

/** Has two batches under way at once, one operation of each in turn, until nothing waits. */
function pushByTwo(sides: TwoSides, work: PushWork, before: (operation: Operation) => void): void {
  const open = [0, 1].map(() => pushWaiting(sides.context, { work, batchSize: 2 }));
  const states = open.map((turn) => turn.next());
  while (states.some(({ done }) => !done)) {
    for (const [i, state] of states.entries()) {
      if (state.done) continue;
      const operation = state.value;
      if (operation.side === 'model') throw new Error('there are no models here');
      before(operation);
      const answer =
        operation.side === 'local' ? sides.local.perform(operation) : sides.atlas.perform(operation);
      states[i] = open[i]?.next(answer) ?? state;
    }
  }
}

function pushAll(
  sides: TwoSides,
  before: (operation: Operation, work: PushWork) => void = () => undefined,
): void {
  const work = new PushWork(new SyncQueueManager());
  do {
    if (work.isPageDue) sides.run(fillQueue(work, { limit: 4 }));
    pushByTwo(sides, work, (operation) => before(operation, work));
  } while (!work.isFinished);
}

function written(count: number): TwoSides {
  const sides = new TwoSides();
  for (let number = 0; number < count; number++) sides.write(keyOf(number), v(3 + (number % 3)), number);
  return sides;
}

describe('two batches of push under way at once', () => {
  it('push every key once', () => {
    const sides = written(11);
    const sent: string[] = [];
    pushAll(sides, (operation) => {
      if (operation.op === 'push') sent.push(...operation.entries.map(({ key }) => key));
    });
    expect(sent.toSorted()).toEqual([...Array(11).keys()].map(keyOf).toSorted());
    expect([...sides.local.documents.values()].every(({ dirty }) => dirty === null)).toBe(true);
  });

  it('never have the same key: what is announced of it meanwhile waits, and is pushed after that', () => {
    const sides = written(4);
    const underWay: string[] = [];
    let isAnnounced = false;
    pushAll(sides, (operation, work) => {
      if (operation.op === 'push') {
        const keys = operation.entries.map(({ key }) => key);
        expect(keys.filter((key) => underWay.includes(key))).toEqual([]);
        underWay.push(...keys);
      }
      if (operation.op === 'acknowledge')
        for (const { key } of operation.entries) underWay.splice(underWay.indexOf(key), 1);
      if (operation.op !== 'push' || isAnnounced) return;
      isAnnounced = true;
      sides.write(keyOf(0), v(9), 9);
      work.queue.enqueue({ key: keyOf(0), id: v(9), type: 'update' });
      expect(work.begin(1)).toEqual([]);
    });
    expect(sides.onAtlas(keyOf(0))).toEqual({ content: 9, stamp: v(9) });
    expect(sides.local.documents.get(keyOf(0))?.dirty).toBeNull();
    expect(sides.kept).toEqual([]);
  });

  it('read the next page of the index once both have ended', () => {
    const work = new PushWork(new SyncQueueManager());
    expect(work.isPageDue).toBe(true);
    work.queue.enqueue({ key: keyOf(0), id: v(1), type: 'insert' });
    const batch = work.begin(5);
    expect(work.isPageDue).toBe(false);
    work.end(batch);
    expect(work.isPageDue).toBe(true);
    expect(work.isFinished).toBe(false);
  });

  it('have nothing under way once one has failed, and what it had is found by the next sweep', () => {
    const sides = written(3);
    const work = new PushWork(new SyncQueueManager());
    const failing = (): unknown =>
      sides.run(pushTurn(sides.context, { work, batchSize: 2 }), losingAnswersOf('push'));
    expect(failing).toThrow(Unanswered);
    expect(work.isPageDue).toBe(true);
    pushAll(sides);
    expect(sides.atlas.documents.size).toBe(3);
    expect(sides.kept).toEqual([]);
  });

  it('leave what finds no place in the queue any more to the next sweep', () => {
    const work = new PushWork(new SyncQueueManager({ maxSize: 1 }));
    work.queue.enqueue({ key: keyOf(0), id: v(1), type: 'insert' });
    const batch = work.begin(1);
    work.queue.enqueue({ key: keyOf(0), id: v(2), type: 'update' });
    expect(work.begin(1)).toEqual([]);
    work.queue.enqueue({ key: keyOf(1), id: v(3), type: 'insert' });
    work.end(batch);
    expect([...work.left]).toEqual([keyOf(0)]);
    expect(work.queue.isOverflowed).toBe(true);
  });
});
