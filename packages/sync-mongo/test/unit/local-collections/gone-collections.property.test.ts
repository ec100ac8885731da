import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@bomba/sync-core';
import fc from 'fast-check';
import { type Pauses } from '../../../src/control/pauses.js';
import { CollectionRegister } from '../../../src/local-collections/collection-register.js';
import { GoneCollections } from '../../../src/local-collections/gone-collections.js';
import { ScheduledDatabase } from './scheduled-database.js';

/** A branch that checks its collections, beside an application that replaces one of them by `$out`. */
function createWorld(scheduler: fc.Scheduler) {
  const database = new ScheduledDatabase(scheduler);
  const register = new CollectionRegister(() => database.db);
  const paused = new Set<string>();
  /** What a comparison may have begun on before the pause: it would bring back what is gone. */
  const comparedAtOnce: string[] = [];
  let underWay = 0;
  const pauses = {
    markStale: (name: string) =>
      database.at('mark stale', () => {
        if (!paused.has(name)) comparedAtOnce.push(name);
      }),
    refresh: () => Promise.resolve(),
    isWhollyPaused: (name: string) => paused.has(name),
    pauseItself: (collection: string) => database.at('pause', () => void paused.add(collection)),
  };
  const gone = new GoneCollections({
    ...{ register, logger: silentLogger, pauses: pauses as unknown as Pauses },
    collections: () => ['items', 'bills'],
    isBeingReplaced: () => database.at('replacements', () => underWay > 0),
    restoreState: () => Promise.resolve(),
  });
  /** As `Replacements` does it, in a process that has a register of its own. */
  const replace = async (name: string): Promise<void> => {
    await database.at('begin', () => (underWay += 1));
    await database.at('$out', () => {
      database.put(name);
    });
    await new CollectionRegister(() => database.db).note([name]);
    await database.at('settle', () => (underWay -= 1));
  };
  return { database, gone, paused, comparedAtOnce, replace };
}

const running = async (scheduler: fc.Scheduler, work: readonly Promise<unknown>[]): Promise<void> => {
  await scheduler.waitFor(Promise.all(work));
};

describe('the watch over collections of Local', () => {
  it('takes no replacement by the application for a drop, whenever it looks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        async (scheduler, checks, replacements) => {
          const { database, gone, paused, replace } = createWorld(scheduler);
          database.put('items');
          database.put('bills');
          await running(scheduler, [gone.check()]);
          const inTurn = async (): Promise<void> => {
            for (let n = 0; n < replacements; n += 1) await replace('items');
          };
          await running(scheduler, [inTurn(), ...Array.from({ length: checks }, () => gone.check())]);
          await running(scheduler, [gone.check()]);
          expect([...paused]).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('pauses what is dropped past sync at any moment of its look, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isMadeAnew) => {
        const { database, gone, paused, comparedAtOnce, replace } = createWorld(scheduler);
        database.put('items');
        database.put('bills');
        await running(scheduler, [gone.check()]);
        const drop = database.at('drop', () => {
          if (isMadeAnew) database.put('bills');
          else database.drop('bills');
        });
        await running(scheduler, [replace('items'), drop, gone.check()]);
        await running(scheduler, [gone.check()]);
        expect([...paused]).toEqual(['bills']);
        expect(comparedAtOnce).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
