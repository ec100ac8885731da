import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '@bomba/sync-core';
import { type FullSyncScope } from '../../../src/full-sync/full-sync-service.js';
import { StaleCollections, type StaleCollectionsOptions } from '../../../src/full-sync/stale-collections.js';

/** One collection that is stale, as its durable notes say, and what a comparison of it comes to. */
class Stale {
  readonly notes = new Set(['items']);
  readonly held = new Set<string>();
  comparisons = 0;
  isComplete = true;
  isFailing = false;
  leavesOpen = false;

  /** A process of the branch begins. */
  process(): StaleCollections {
    const pauses = {
      stale: async () => Promise.resolve([...this.notes]),
      beginComparing: async () => Promise.resolve(),
      compared: async ([name = '']: readonly string[]) => Promise.resolve(void this.notes.delete(name)),
    };
    const service = {
      run: async ({ hold }: Pick<FullSyncScope, 'hold'>) => {
        this.comparisons += 1;
        if (this.leavesOpen) hold(['items/str:k' as DocumentKey]);
        return Promise.resolve({ isComplete: this.isComplete });
      },
    };
    this.held.clear();
    return new StaleCollections(pauses, {
      link: { collections: ['items'], setbacks: { pull: { isFailing: () => this.isFailing } } },
      lane: {},
      service,
      adopted: { load: async () => Promise.resolve(new Set()) },
      processor: {
        hold: (keys: readonly DocumentKey[]) => keys.forEach((key) => this.held.add(key)),
        isHolding: () => this.held.size > 0,
      },
    } as unknown as StaleCollectionsOptions);
  }
}

let stale: Stale;
beforeEach(() => {
  stale = new Stale();
});

describe('a stale collection', () => {
  it('is so no longer once it was compared', async () => {
    await stale.process().compare();
    expect([...stale.notes]).toEqual([]);
  });

  it('stays so until all that its comparison left open is settled, and is not compared again for that', async () => {
    stale.leavesOpen = true;
    const process = stale.process();
    await process.compare();
    await process.compare();
    expect([...stale.notes]).toEqual(['items']);
    stale.held.clear();
    await process.compare();
    expect([...stale.notes]).toEqual([]);
    expect(stale.comparisons).toBe(1);
  });

  it('is compared anew where the process ends before that', async () => {
    stale.leavesOpen = true;
    await stale.process().compare();
    stale.leavesOpen = false;
    await stale.process().compare();
    expect([...stale.notes]).toEqual([]);
    expect(stale.comparisons).toBe(2);
  });

  it('stays so where its comparison did not come to its end', async () => {
    stale.isComplete = false;
    await stale.process().compare();
    expect([...stale.notes]).toEqual(['items']);
  });

  it('is left alone while Atlas does not let it be written', async () => {
    stale.isFailing = true;
    await stale.process().compare();
    expect(stale.comparisons).toBe(0);
    expect([...stale.notes]).toEqual(['items']);
  });
});
