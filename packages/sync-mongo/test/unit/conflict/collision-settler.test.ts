import { describe, expect, it } from '@jest/globals';
import { type Collision, type CollisionResolution, silentLogger } from '@bomba/sync-core';
import { BSON, Double } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { CollisionSettler } from '../../../src/conflict/collision-settler.js';
import { type UniqueConflict, type UniqueConflictHook } from '../../../src/index.js';

const collision: Collision = {
  loser: {
    key: documentKeyOf('orders', 1),
    body: BSON.serialize({ _id: 1, number: 'x', paid: new Double(2) }),
  },
  winner: { key: documentKeyOf('orders', 2), body: BSON.serialize({ _id: 2, number: 'x', open: true }) },
  fields: { number: 'x' },
};

function settle(hook: UniqueConflictHook, times = 1): CollisionResolution | undefined {
  const settler = new CollisionSettler({ hook, logger: silentLogger });
  return Array.from({ length: times }, () => settler.resolve(collision)).at(-1);
}

const content = (resolution: CollisionResolution | undefined): unknown =>
  resolution && 'body' in resolution ? BSON.deserialize(resolution.body, { promoteValues: false }) : null;

describe('CollisionSettler', () => {
  it('shows the application both documents and the fields that collide', () => {
    let heard: UniqueConflict | null = null;
    settle((conflict) => {
      heard = conflict;
      return 'quarantine';
    });
    expect(heard).toEqual({
      collection: 'orders',
      fields: ['number'],
      loser: { _id: 1, number: 'x', paid: 2 },
      winner: { _id: 2, number: 'x', open: true },
    });
  });

  it('changes the loser, with the exact types of what stays', () => {
    const resolution = settle(({ loser }) => ({ change: { ...loser, number: 'y' } }));
    expect(resolution?.do).toBe('change');
    expect(content(resolution)).toMatchObject({ number: 'y', paid: new Double(2) });
  });

  it('makes the winner of both, which keeps its _id', () => {
    const resolution = settle(({ winner, loser }) => ({ merge: { ...winner, paid: loser['paid'] } }));
    expect(resolution?.do).toBe('merge');
    expect(content(resolution)).toMatchObject({ open: true, paid: new Double(2) });
  });

  it.each<[string, UniqueConflictHook]>([
    [
      'fails',
      () => {
        throw new Error('no number is left');
      },
    ],
    ['answers with nothing', () => undefined as unknown as 'quarantine'],
    ['answers with a promise', () => Promise.resolve('quarantine') as unknown as 'quarantine'],
    ['gives the loser another _id', ({ loser }) => ({ change: { ...loser, _id: 9 } })],
  ])('has the loser wait where the hook %s', (_, hook) => {
    expect(settle(hook)).toEqual({ do: 'quarantine' });
  });

  it('has the loser wait where one change after the other does not help', () => {
    expect(settle(({ loser }) => ({ change: { ...loser, number: 'z' } }), 10)?.do).toBe('change');
    expect(settle(({ loser }) => ({ change: { ...loser, number: 'z' } }), 11)?.do).toBe('quarantine');
  });
});
