import { describe, expect, it } from '@jest/globals';
import { createDocumentKey, SyncError } from '@bomba/sync-core';
import { SetbackWorld } from './setback-world.js';

const [item, other] = [createDocumentKey('items', 'num:1'), createDocumentKey('others', 'num:1')];
const forbidden = new SyncError('SYNC_CONN_AUTH', 'Atlas refused.');
const odd = new SyncError('SYNC_WRITE_UNCERTAIN', 'Atlas failed.');

describe('what could not be written on Atlas', () => {
  it('is told until the last of it is overcome, each time with its collection', () => {
    const world = new SetbackWorld();
    world.setbacks.collectionFailed('items', forbidden);
    world.setbacks.documentsFailed([other], 'others', odd);
    expect(world.standing).toMatchObject({ code: 'SYNC_WRITE_UNCERTAIN', message: 'others: Atlas failed.' });
    world.setbacks.succeeded([other]);
    expect(world.standing).toMatchObject({ code: 'SYNC_CONN_AUTH', message: 'items: Atlas refused.' });
    world.setbacks.succeeded([item]);
    expect(world.standing).toBeNull();
  });

  it('is no more where it was due and nobody has failed at it since: another lane has settled it', () => {
    const world = new SetbackWorld();
    const { setbacks } = world;
    setbacks.collectionFailed('items', forbidden);
    setbacks.documentsFailed([other], 'others', odd);
    setbacks.met(setbacks.due());
    expect(setbacks.isWaiting(item) && setbacks.isWaiting(other)).toBe(true);
    world.passTime();
    const due = setbacks.due();
    setbacks.collectionFailed('items', forbidden);
    setbacks.met(due);
    expect(setbacks.isKnown(other)).toBe(false);
    expect(world.standing?.code).toBe('SYNC_CONN_AUTH');
    world.passTime();
    setbacks.met(setbacks.due());
    expect(world.standing).toBeNull();
  });

  it('is not due while its collection waits, as nobody tries it then', () => {
    const world = new SetbackWorld();
    const { setbacks } = world;
    setbacks.documentsFailed([item], 'items', odd);
    setbacks.documentsFailed([other], 'others', odd);
    world.passTime();
    setbacks.collectionFailed('items', forbidden);
    setbacks.met(setbacks.due());
    expect(setbacks.isKnown(item)).toBe(true);
    expect(setbacks.isKnown(other)).toBe(false);
  });

  it('is not due while the tombstones wait where it is its own that failed, and is once they do not', () => {
    const world = new SetbackWorld('atlas-to-local');
    const { setbacks } = world;
    setbacks.documentsFailed([item], '_sync_tombstones', odd);
    setbacks.documentsFailed([other], 'others', odd);
    world.passTime();
    setbacks.collectionFailed('_sync_tombstones', forbidden);
    setbacks.met(setbacks.due());
    expect([setbacks.isKnown(item), setbacks.isKnown(other)]).toEqual([true, false]);
    world.passTime();
    setbacks.met(setbacks.due());
    expect(setbacks.isAtRest).toBe(true);
    expect(world.standing).toBeNull();
  });

  it('stays where its collection failed as a whole after it was due: nobody may have come to try it', () => {
    const world = new SetbackWorld();
    const { setbacks } = world;
    setbacks.documentsFailed([item], 'items', odd);
    world.passTime();
    const due = setbacks.due();
    setbacks.collectionFailed('items', forbidden);
    world.passTime();
    setbacks.met(due);
    expect(setbacks.isKnown(item)).toBe(true);
    setbacks.met(setbacks.due());
    expect(setbacks.isAtRest).toBe(true);
  });

  it('waits in its collection of Atlas alone: a tombstone may be written where the document may not', () => {
    const { setbacks } = new SetbackWorld('atlas-to-local');
    setbacks.collectionFailed('items', forbidden);
    expect(setbacks.isWaiting(item)).toBe(true);
    expect(setbacks.isWaiting(item, '_sync_tombstones')).toBe(false);
  });

  it('is told no longer once another process leads', () => {
    const world = new SetbackWorld();
    world.setbacks.collectionFailed('items', forbidden);
    world.setbacks.end();
    expect(world.standing).toBeNull();
  });
});
