import { describe, expect, it } from '@jest/globals';
import { type Stamp } from '@bomba/sync-core';
import { EventEmitter } from 'node:events';
import { Announcer } from '../../../../src/capture/run/announcer.js';
import { type CapturedWrite } from '../../../../src/capture/run/captured-write.js';

const write = (collection: string, id: string): CapturedWrite => ({ collection, ids: [1], id: id as Stamp });

class Session extends EventEmitter {
  isOpen = true;
  inTransaction(): boolean {
    return this.isOpen;
  }
}

describe('captured writes', () => {
  it('are told at once outside of a transaction', () => {
    const told: CapturedWrite[] = [];
    const announcer = new Announcer((captured) => told.push(captured));
    const session = new Session();
    session.isOpen = false;
    announcer.announce(write('a', '1'), undefined);
    announcer.announce(write('a', '2'), { session });
    expect(told).toEqual([write('a', '1'), write('a', '2')]);
  });

  it('of a transaction are told when its session ends, once for each collection', () => {
    const told: CapturedWrite[] = [];
    const announcer = new Announcer((captured) => told.push(captured));
    const session = new Session();
    for (const [collection, id] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ] as const) {
      announcer.announce(write(collection, id), { session });
    }
    expect(told).toEqual([]);
    session.emit('ended');
    expect(told).toEqual([{ ...write('a', '3'), ids: 'many' }, write('b', '2')]);
  });

  it('never throw what the listener throws', () => {
    const announcer = new Announcer(() => {
      throw new Error('broken');
    });
    expect(() => announcer.announce(write('a', '1'), undefined)).not.toThrow();
  });
});
