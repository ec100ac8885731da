import { describe, expect, it } from '@jest/globals';
import { createDocumentKey, type DocumentKey, SyncError } from '@bomba/sync-core';
import { goApart } from '../../../src/worker/go-apart.js';
import { SetbackWorld } from './setback-world.js';

const timeUp = new SyncError('SYNC_WRITE_TRANSIENT', 'Atlas took too long.', { context: { serverCode: 50 } });
const keys = Array.from({ length: 1_000 }, (_, number) => createDocumentKey('items', `num:${number}`));

/** An Atlas of which transactions hold some documents: a request with one of them takes longer than it may. */
class LockedWorld extends SetbackWorld {
  readonly held = new Set<DocumentKey>();
  failureCount = 0;

  hold(...numbers: readonly number[]): void {
    for (const number of numbers) this.held.add(createDocumentKey('items', `num:${number}`));
  }

  write(some: readonly DocumentKey[]): Promise<readonly DocumentKey[]> {
    return goApart(some, {
      keyOf: (key) => key,
      collectionFor: () => 'items',
      setbacks: this.setbacks,
      attempt: (part) => {
        const isLate = part.some((key) => this.held.has(key));
        if (isLate) this.failureCount++;
        else this.setbacks.succeeded(part);
        return Promise.resolve(isLate ? timeUp : null);
      },
    });
  }
}

describe('a document of Atlas that a transaction holds', () => {
  it('is found at the first time, and waits by itself, while all others of its batch are written', async () => {
    const world = new LockedWorld();
    world.hold(617);
    expect(await world.write(keys)).toEqual([...world.held]);
    expect(keys.filter((key) => world.setbacks.isWaiting(key))).toEqual([...world.held]);
    expect(world.failureCount).toBeLessThan(13);
  });

  it('is no more trouble to the others after that, and is written once it is free', async () => {
    const world = new LockedWorld();
    world.hold(617);
    await world.write(keys);
    world.failureCount = 0;
    world.passTime();
    expect(await world.write(keys)).toEqual([...world.held]);
    expect(world.failureCount).toBe(1);
    world.passTime();
    world.held.clear();
    expect(await world.write(keys)).toEqual([]);
    expect(world.setbacks.isAtRest).toBe(true);
  });

  it('is found where there is one in each half', async () => {
    const world = new LockedWorld();
    world.hold(17, 803);
    expect(await world.write(keys)).toEqual([...world.held]);
    expect(keys.filter((key) => world.setbacks.isWaiting(key))).toEqual([...world.held]);
  });

  it('does not have its collection wait where nothing else was to be written', async () => {
    const world = new LockedWorld();
    world.hold(1);
    expect(await world.write([...world.held])).toEqual([...world.held]);
    expect(world.setbacks.isCollectionWaiting('items')).toBe(false);
  });

  it('is not looked for among many that all are: then their collection waits', async () => {
    const world = new LockedWorld();
    world.hold(...keys.keys());
    expect(await world.write(keys)).toHaveLength(keys.length);
    expect(world.setbacks.isCollectionWaiting('items')).toBe(true);
    expect(world.failureCount).toBeLessThan(10);
  });
});
