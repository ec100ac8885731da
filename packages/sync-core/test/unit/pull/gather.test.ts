import { describe, expect, it } from '@jest/globals';
import { type ChangeEvent } from '../../../src/pull/change-event.js';
import { gather } from '../../../src/pull/gather.js';
import { type AtlasDocument } from '../../../src/protocol/state.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf } from '../two-sides.js';

const key = keyOf(0);
const info = { version: 1, conflictCount: 0, instanceId: null };

function stateOf(stamp: Stamp | null, edited: AtlasDocument['edited'] = 'no'): AtlasDocument {
  return { stamp, edited, body: bodyOf(1), digest: null, info };
}

function stateEvent(stamp: Stamp | null, atMs = 0, edited?: AtlasDocument['edited']): ChangeEvent {
  return { kind: 'state', key, state: stateOf(stamp, edited), atMs };
}

const echo = (stamp: Stamp): ChangeEvent => ({ kind: 'echo', key, stamp });
const hint: ChangeEvent = { kind: 'hint', key };

describe('gather', () => {
  it('finds nothing in no events', () => {
    const { tombstones, states, echoes, looks, foreignAtMs } = gather([]);
    expect([tombstones, states, echoes, looks, foreignAtMs].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
  });

  it('keeps the last state of a key', () => {
    expect(gather([stateEvent(v(1)), stateEvent(v(2))]).states).toEqual(new Map([[key, stateOf(v(2))]]));
  });

  it('keeps keys apart', () => {
    const { states, looks } = gather([stateEvent(v(1)), { kind: 'hint', key: keyOf(1) }]);
    expect([...states.keys()]).toEqual([key]);
    expect([...looks]).toEqual([keyOf(1)]);
  });

  it('drops a state that a later version of our own replaced', () => {
    const { states, echoes, looks } = gather([stateEvent(v(1)), echo(v(2))]);
    expect(states.size + looks.size).toBe(0);
    expect(echoes).toEqual(new Map([[key, v(2)]]));
  });

  it('drops an echo that a later state replaced', () => {
    const { states, echoes } = gather([echo(v(1)), stateEvent(v(2))]);
    expect(echoes.size).toBe(0);
    expect(states).toEqual(new Map([[key, stateOf(v(2))]]));
  });

  it.each<[string, ChangeEvent]>([
    ['a hint', hint],
    ['a foreign edit', { kind: 'foreign', key, atMs: 7 }],
    ['a tombstone', { kind: 'tombstone', key, stamp: v(3) }],
  ])('only looks at a key about which %s was sent, before or after its state', (_, event) => {
    for (const events of [
      [event, stateEvent(v(1)), echo(v(2))],
      [echo(v(2)), stateEvent(v(1)), event],
    ]) {
      const { states, echoes, looks } = gather(events);
      expect(states.size + echoes.size).toBe(0);
      expect([...looks]).toEqual([key]);
    }
  });

  it('notes deletions', () => {
    const { tombstones } = gather([{ kind: 'tombstone', key, stamp: v(3) }]);
    expect(tombstones).toEqual(new Map([[key, v(3)]]));
  });

  it.each<[string, ChangeEvent]>([
    ['wrote a document whole', stateEvent(null, 7)],
    ['replaced a document and left its marks', stateEvent(v(1), 7, 'yes')],
    ['edited a document in place', { kind: 'foreign', key, atMs: 7 }],
  ])('tells when a foreign hand %s', (_, event) => {
    expect(gather([event]).foreignAtMs).toEqual(new Map([[key, 7]]));
  });

  it('takes no time from a state that an instance wrote', () => {
    expect(gather([stateEvent(v(1), 7)]).foreignAtMs.size).toBe(0);
  });
});
