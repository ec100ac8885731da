import { v7 } from 'uuid';

declare const stampBrand: unique symbol;

/**
 * The version of a document on Atlas, or the id of a write that will become one: a UUIDv7 (RFC 9562 section 5.7) in
 * lower-case text. Its first 48 bits are a time in milliseconds since the epoch; the rest, the tail, is unique per
 * write. Comparing the texts compares the bytes.
 *
 * @public
 */
export type Stamp = string & { readonly [stampBrand]: 'Stamp' };

const TIME_LENGTH = 13;
const MAX_TIME_MS = 2 ** 48 - 1;
const SHARED_BIT = 1;
const SPREAD_BIT = 2;
const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What a new stamp is made of. @public */
export interface StampParts {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** Orders the stamps of one millisecond: 0 to 4095. */
  readonly counter: number;
  /** At least 16 random bytes. */
  readonly random: Uint8Array;
  /**
   * True for an id that one operation writes to many documents, `spread` where it may write one of them twice. Default
   * false.
   */
  readonly shared?: boolean | 'spread';
}

/** Builds a stamp from its parts. @public */
export function createStamp({ timeMs, counter, random, shared = false }: StampParts): Stamp {
  const bytes = Uint8Array.from(random);
  bytes[15] = withKind(bytes[15] ?? 0, shared);
  const lowCounterBits =
    (((bytes[0] ?? 0) << 12) | ((bytes[1] ?? 0) << 4) | ((bytes[2] ?? 0) >> 4)) & 0xfffff;
  const seq = ((counter << 20) | lowCounterBits) >>> 0;
  return v7({ msecs: timeMs, seq, random: bytes }) as Stamp;
}

function withKind(byte: number, shared: boolean | 'spread'): number {
  if (shared === 'spread') return byte | SHARED_BIT | SPREAD_BIT;
  return shared ? (byte & ~SPREAD_BIT) | SHARED_BIT : byte & ~SHARED_BIT;
}

/** The lowest stamp with this tail: it wins over nothing it has not seen. @public */
export function lowestStamp(random: Uint8Array): Stamp {
  return createStamp({ timeMs: 0, counter: 0, random });
}

/** Reads a stamp from text; null where the text is not one. @public */
export function toStamp(text: string): Stamp | null {
  return PATTERN.test(text) ? (text as Stamp) : null;
}

/** The time of a stamp, in milliseconds since the epoch. @public */
export function stampTimeMs(stamp: Stamp): number {
  return Number.parseInt(stamp.slice(0, 8) + stamp.slice(9, TIME_LENGTH), 16);
}

/** True where many documents got this id from one operation: an acknowledgement must name each of them. @public */
export function isSharedStamp(stamp: Stamp): boolean {
  return hasBits(stamp, SHARED_BIT);
}

/**
 * True where the operation may have written one document twice under this id: then the id does not tell the two apart,
 * and a document gets one of its own before anything is read. Ids of earlier versions may have both bits by chance,
 * which costs an update each.
 *
 * @public
 */
export function isSpreadStamp(stamp: Stamp): boolean {
  return hasBits(stamp, SHARED_BIT | SPREAD_BIT);
}

function hasBits(stamp: Stamp, bits: number): boolean {
  return (Number.parseInt(stamp.slice(-1), 16) & bits) === bits;
}

/** True where both are the same write, whatever time each was given. @public */
export function sameWrite(a: Stamp | null, b: Stamp | null): boolean {
  return a !== null && b !== null && a.slice(TIME_LENGTH) === b.slice(TIME_LENGTH);
}

/** True where `a` is the later version; any stamp is later than none. The order is total. @public */
export function isLater(a: Stamp | null, b: Stamp | null): boolean {
  return a !== null && (b === null || a > b);
}

/** The latest of these; null where none is given. @public */
export function latest(...stamps: readonly (Stamp | null | undefined)[]): Stamp | null {
  return stamps.reduce<Stamp | null>((best, stamp) => (stamp && isLater(stamp, best) ? stamp : best), null);
}

/** The same write at another time. @public */
export function withTime(stamp: Stamp, timeMs: number): Stamp {
  const hex = Math.min(Math.floor(timeMs), MAX_TIME_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${stamp.slice(TIME_LENGTH)}` as Stamp;
}

/**
 * The version a write gets on Atlas: its own id, its time lifted above everything it builds on. The same at every try,
 * and recognisable by its tail.
 *
 * @public
 */
export function stampFor(write: Stamp, floor: Stamp | null): Stamp {
  return floor === null || isLater(write, floor) ? write : withTime(write, stampTimeMs(floor) + 1);
}
