import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InTurn } from '../../../src/engine/in-turn.js';

describe('InTurn', () => {
  it('does one work at a time, in order, whenever each was asked for, and however long it takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(6), async (scheduler, count) => {
        const turns = new InTurn();
        const done: number[] = [];
        let running = 0;
        const work = async (number: number): Promise<number> => {
          expect(++running).toBe(1);
          await scheduler.schedule(Promise.resolve(), `work ${number}`);
          running--;
          done.push(number);
          return number;
        };
        const numbers = Array.from({ length: count }, (_, number) => number);
        const all = Promise.all(numbers.map((number) => turns.run(() => work(number))));
        await scheduler.waitFor(all);
        expect([await all, done]).toEqual([numbers, numbers]);
      }),
    );
  });

  it('goes on after a work that failed, whose caller hears of it', async () => {
    const turns = new InTurn();
    const failed = turns.run(() => Promise.reject(new Error('no')));
    const next = turns.run(() => Promise.resolve('next'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
