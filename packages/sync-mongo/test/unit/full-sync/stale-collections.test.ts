import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '@bomba/sync-core';
import { type FullSyncScope } from '../../../src/full-sync/full-sync-service.js';
import { StaleCollections, type StaleCollectionsOptions } from '../../../src/full-sync/stale-collections.js';

/** One collection that is stale, as its durable notes say, and what a comparison of it comes to. */
class Stale {
  /** The notes that it is stale: `marked` since its comparison began, or `comparing`. */
  readonly notes = new Set(['marked']);
  readonly held = new Set<string>();
  comparisons = 0;
  isComplete = true;
  isFailing = false;
  leavesOpen = false;

  get isStale(): boolean {
    return this.notes.size > 0;
  }

  /** A process of the branch begins. */
  process(): StaleCollections {
    const pauses = {
      stale: async () => Promise.resolve(this.isStale ? ['items'] : []),
      isMarked: async () => Promise.resolve(this.notes.has('marked')),
      beginComparing: async () => {
        if (this.notes.delete('marked')) this.notes.add('comparing');
        return Promise.resolve();
      },
      compared: async () => Promise.resolve(void this.notes.delete('comparing')),
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
    expect(stale.isStale).toBe(false);
  });

  it('stays so until all that its comparison left open is settled, and is not compared again for that', async () => {
    stale.leavesOpen = true;
    const process = stale.process();
    await process.compare();
    await process.compare();
    expect(stale.isStale).toBe(true);
    stale.held.clear();
    await process.compare();
    expect(stale.isStale).toBe(false);
    expect(stale.comparisons).toBe(1);
  });

  it('is compared at once where it is marked once more meanwhile', async () => {
    stale.leavesOpen = true;
    const process = stale.process();
    await process.compare();
    stale.notes.add('marked');
    await process.compare();
    expect(stale.comparisons).toBe(2);
    expect(stale.isStale).toBe(true);
    stale.held.clear();
    await process.compare();
    expect(stale.isStale).toBe(false);
  });

  it('is compared anew where the process ends before that', async () => {
    stale.leavesOpen = true;
    await stale.process().compare();
    stale.leavesOpen = false;
    await stale.process().compare();
    expect(stale.isStale).toBe(false);
    expect(stale.comparisons).toBe(2);
  });

  it('stays so where its comparison did not come to its end', async () => {
    stale.isComplete = false;
    await stale.process().compare();
    expect(stale.isStale).toBe(true);
  });

  it('is left alone while Atlas does not let it be written', async () => {
    stale.isFailing = true;
    await stale.process().compare();
    expect(stale.comparisons).toBe(0);
    expect(stale.isStale).toBe(true);
  });
});
