import { describe, expect, it } from '@jest/globals';
import {
  type AtlasOperation,
  type AtlasSide,
  collectionOf,
  createDocumentKey,
  createStamp,
  type DocumentKey,
  type ResultOf,
  type SealEntry,
  SyncError,
} from '@bomba/sync-core';
import { MemoryAtlasSide, plainDocument } from '@bomba/sync-core/memory';
import { ForbearingAtlas } from '../../../src/engine/forbearing-atlas.js';
import { SetbackWorld } from '../worker/setback-world.js';

const body = new Uint8Array(8);
const stampOf = (timeMs: number) =>
  createStamp({ timeMs, counter: 0, random: new Uint8Array(16), shared: false });
const keyOf = (collection: string, number: number): DocumentKey =>
  createDocumentKey(collection, `num:${number}`);

/** An Atlas with a foreign document of each key, which fails where `fault` says so. */
class FaultyWorld extends SetbackWorld {
  readonly atlas = new MemoryAtlasSide({ now: () => this.nowMs, digestOf: () => '0:0' });
  readonly asked: AtlasOperation[] = [];
  readonly end = new AbortController();
  readonly side: ForbearingAtlas;
  fault: (keys: readonly DocumentKey[]) => Error | null = () => null;

  constructor(readonly keys: readonly DocumentKey[]) {
    super('atlas-to-local');
    for (const key of keys) this.atlas.documents.set(key, plainDocument(body));
    const faulty: AtlasSide = {
      run: async <O extends AtlasOperation>(operation: O): Promise<ResultOf<O>> => {
        this.asked.push(operation);
        const failure = 'entries' in operation ? this.fault(operation.entries.map(keyIn)) : null;
        if (failure) throw failure;
        return this.atlas.run(operation);
      },
    };
    this.side = new ForbearingAtlas(faulty, { setbacks: this.setbacks, signal: this.end.signal });
  }

  seal(): Promise<readonly unknown[]> {
    const info = { version: 1, conflictCount: 0 };
    const entries = this.keys.map((key): SealEntry => ({
      key,
      expected: null,
      stamp: stampOf(5),
      body,
      info,
    }));
    return this.side.run({ side: 'atlas', op: 'seal', entries });
  }
}

function keyIn(entry: DocumentKey | { readonly key: DocumentKey }): DocumentKey {
  return typeof entry === 'string' ? entry : entry.key;
}

const keys = [keyOf('items', 1), keyOf('others', 1), keyOf('items', 2), keyOf('others', 2)];

describe('what pull writes on Atlas', () => {
  it('goes out in one request where nothing fails', async () => {
    const world = new FaultyWorld(keys);
    expect(await world.seal()).toEqual([true, true, true, true]);
    expect(world.asked).toHaveLength(1);
  });

  it('counts as missed in the one collection that must not be written, and that waits', async () => {
    const world = new FaultyWorld(keys);
    const forbidden = new SyncError('SYNC_CONN_AUTH', 'Atlas refused.');
    world.fault = (some) => (some.some((key) => collectionOf(key) === 'items') ? forbidden : null);
    expect(await world.seal()).toEqual([false, true, false, true]);
    expect(world.told).toEqual([{ direction: 'atlas-to-local', code: 'SYNC_CONN_AUTH', attempt: 1 }]);
    expect(keys.map((key) => world.setbacks.isWaiting(key))).toEqual([true, false, true, false]);
    world.passTime();
    world.fault = () => null;
    await world.seal();
    expect(world.standing).toBeNull();
  });

  it('counts as missed for the one document at fault, and that waits by itself', async () => {
    const many = Array.from({ length: 30 }, (_, number) => keyOf('items', number));
    const world = new FaultyWorld(many);
    const poison = keyOf('items', 17);
    world.fault = (some) => (some.includes(poison) ? new TypeError('poison') : null);
    expect(await world.seal()).toEqual(many.map((key) => key !== poison));
    expect(many.filter((key) => world.setbacks.isWaiting(key))).toEqual([poison]);
  });

  it('ends the connection where that is broken, and where the work is over', async () => {
    const world = new FaultyWorld(keys);
    world.fault = () => new SyncError('SYNC_CONN_UNREACHABLE', 'Atlas did not answer.');
    await expect(world.seal()).rejects.toMatchObject({ code: 'SYNC_CONN_UNREACHABLE' });
    world.fault = () => new TypeError('poison');
    world.end.abort();
    await expect(world.seal()).rejects.toMatchObject({ code: 'SYNC_WRITE_UNCERTAIN' });
    expect(world.told).toEqual([]);
  });

  it('has a tombstone wait in the collection of tombstones', async () => {
    const world = new FaultyWorld(keys);
    world.fault = () => new SyncError('SYNC_CONN_AUTH', 'Atlas refused.');
    const entries = [{ key: keyOf('items', 1), stamp: stampOf(9), base: null }];
    await world.side.run({ side: 'atlas', op: 'writeTombstone', entries });
    expect(world.setbacks.isCollectionWaiting('_sync_tombstones')).toBe(true);
    expect(world.setbacks.isCollectionWaiting('items')).toBe(false);
  });

  it('leaves pushes and what is read to whoever asked', async () => {
    const world = new FaultyWorld(keys);
    world.fault = () => new TypeError('poison');
    await expect(world.side.run({ side: 'atlas', op: 'readStamps', entries: keys })).rejects.toThrow(
      'poison',
    );
    await expect(world.side.run({ side: 'atlas', op: 'push', entries: [] })).rejects.toThrow('poison');
    expect(world.told).toEqual([]);
  });
});
