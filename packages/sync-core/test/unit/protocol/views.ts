import { type Stamp } from '../../../src/protocol/stamp.js';
import {
  type AtlasDocument,
  type AtlasTombstone,
  type LocalDocument,
  type LocalTombstone,
  type Rules,
  type View,
} from '../../../src/protocol/state.js';
import { stampAt } from './stamps.js';

/** What both sides hold where nobody has written. */
const SHARED_BODY = Uint8Array.of(1);
/** What a write on one side made of it. */
const OUR_BODY = Uint8Array.of(2);

const info = { version: 1, conflictCount: 0, instanceId: null };

/** The write of that number: made at ten times its number in ms, or lifted to `timeMs` by what it builds on. */
export function v(number: number, timeMs = number * 10): Stamp {
  return stampAt(timeMs, number);
}

/** Of a view, one thing that was found. */
type Found = Partial<View>;

/** The bytes that both sides hold. */
export const sharedBytes = { body: SHARED_BODY };
/** Bytes that only one side holds. */
export const ourBytes = { body: OUR_BODY };

/** A clean Local document of that version. */
export function clean(stamp: Stamp | null, more: Partial<LocalDocument> = {}): Found {
  const marks = { dirty: null, held: false, deleting: false, last: null, derived: false, edited: false };
  return { local: { stamp, ...marks, unchanged: false, ...sharedBytes, info, ...more } };
}

/** A Local document that was written as `dirty` and builds on `base`. */
export function dirty(id: Stamp, base: Stamp | null, more: Partial<LocalDocument> = {}): Found {
  return clean(base, { dirty: id, ...ourBytes, ...more });
}

/** A Local tombstone. */
export function tombstone(parts: Partial<LocalTombstone>): Found {
  const nothing = { stamp: null, over: null, floor: null, pending: null, base: null, last: null };
  return { localTombstone: { ...nothing, ...parts } };
}

/** A deletion on Local, made as write 6, of version 2. */
export const pending = { pending: v(6), base: v(2) };

/** A document on Atlas. */
export function onAtlas(stamp: Stamp | null, more: Partial<AtlasDocument> = {}): Found {
  return { atlas: { stamp, edited: 'no', ...sharedBytes, digest: null, info, ...more } };
}

/** A tombstone on Atlas. */
export function deletedOnAtlas(
  stamp: Stamp,
  base: AtlasTombstone['base'] = null,
  last: AtlasTombstone['last'] = null,
): Found {
  return { atlasTombstone: { stamp, base, last } };
}

/** Notes of versions that were sent. */
export function sent(...stamps: readonly Stamp[]): Found {
  return { sent: new Set(stamps) };
}

/** A view of all that was found; of what is not named, nothing was. */
export function viewOf(...found: readonly Found[]): View {
  const nothing: View = {
    local: null,
    localTombstone: null,
    atlas: null,
    atlasTombstone: null,
    sent: new Set(),
  };
  return Object.assign({}, nothing, ...found) as View;
}

/** Rules by which nothing is too late, too old or only ever inserted, but as said. */
export function rulesOf(rules: Partial<Rules> = {}): Rules {
  return { ceilingMs: Number.POSITIVE_INFINITY, horizonMs: 0, insertOnly: false, ...rules };
}
