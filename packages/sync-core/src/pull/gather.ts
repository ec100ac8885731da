import { type DocumentKey } from '../document-key/document-key.js';
import { type Stamp } from '../protocol/stamp.js';
import { type AtlasDocument } from '../protocol/state.js';
import { type ChangeEvent } from './change-event.js';

/** A batch of events, coalesced by key. */
export interface Gathered {
  readonly tombstones: ReadonlyMap<DocumentKey, Stamp>;
  /** The last state, of keys that need no look and of which no version of our own came back after it. */
  readonly states: ReadonlyMap<DocumentKey, AtlasDocument>;
  /** The last of our own versions that came back, of keys that need no look and have no later state. */
  readonly echoes: ReadonlyMap<DocumentKey, Stamp>;
  /** Keys to look at. */
  readonly looks: ReadonlySet<DocumentKey>;
  /** When a foreign hand wrote, in ms since the epoch. */
  readonly foreignAtMs: ReadonlyMap<DocumentKey, number>;
}

/** Coalesces a batch of events: one entry per key, and what needs a look is only looked at. */
export function gather(events: readonly ChangeEvent[]): Gathered {
  const tombstones = new Map<DocumentKey, Stamp>();
  const states = new Map<DocumentKey, AtlasDocument>();
  const echoes = new Map<DocumentKey, Stamp>();
  const looks = new Set<DocumentKey>();
  const foreignAtMs = new Map<DocumentKey, number>();
  for (const event of events) {
    switch (event.kind) {
      case 'state':
        states.set(event.key, event.state);
        echoes.delete(event.key);
        if (event.state.stamp === null || event.state.edited === 'yes')
          foreignAtMs.set(event.key, event.atMs);
        break;
      case 'echo':
        echoes.set(event.key, event.stamp);
        // Our own seal, of another state than the one that a foreign hand has put there meanwhile.
        if (states.delete(event.key) && foreignAtMs.has(event.key)) looks.add(event.key);
        break;
      case 'tombstone':
        tombstones.set(event.key, event.stamp);
        looks.add(event.key);
        break;
      case 'foreign':
        foreignAtMs.set(event.key, event.atMs);
        looks.add(event.key);
        break;
      case 'hint':
        looks.add(event.key);
        break;
    }
  }
  for (const key of looks) {
    states.delete(key);
    echoes.delete(key);
  }
  return { tombstones, states, echoes, looks, foreignAtMs };
}
