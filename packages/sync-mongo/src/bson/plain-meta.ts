import { endOfName } from './end-of-name.js';
import { endOfValue, isSound } from './end-of-value.js';

/** Where the version and the digest are in metadata that has no marks. */
export interface PlainMeta {
  /** The 16 bytes of a version. */
  readonly stampAt: number;
  /** The text of a digest of all fields, without the name of its set; -1: there is none. */
  readonly digestAt: number;
}

/** The digits of a digest. */
export const DIGEST_LENGTH = 16;
export const STAMP_LENGTH = 16;

const BINARY = 5;
const STRING = 2;
const STAMP = '\x10\0\0\0\x04';
/** A text of so many bytes with its end, which begins with the name of the set of no excluded fields. */
const DIGEST = `${String.fromCharCode(2 + DIGEST_LENGTH + 1)}\0\0\x000:`;

/** The names that both sides write; of others it has to be asked whether they are marks. */
const names = [
  ...['stamp', 'origin', 'instanceId', 'lastModified', 'version', 'conflictCount', 'digest'],
  ...['base', 'output'],
] as const;
const STAMP_NAME = names.indexOf('stamp');
const DIGEST_NAME = names.indexOf('digest');

/** By length and second letter, which tells them apart. */
const byShape = new Map(names.map((name, i) => [shapeOf(name.length, name.charCodeAt(1)), i]));

/**
 * Finds both in the bytes of metadata; null where it may have marks, no version, or anything that is not as both sides
 * write it: whoever wants to know decodes it.
 */
export function plainMetaOf(bytes: Buffer, start: number, end: number): PlainMeta | null {
  if (!isSound(bytes, start, end)) return null;
  const last = end - 1;
  let stampAt = -1;
  let digestAt = -1;
  let seen = 0;
  for (let at = start + 4; at < last;) {
    const nameEnd = endOfName(bytes, at + 1, last);
    const type = bytes[at] ?? 0;
    const from = nameEnd + 1;
    const name = nameEnd < 0 ? -1 : nameAt(bytes, at + 1, nameEnd);
    const valueEnd = endOfValue(bytes, { type, from, limit: last });
    if (name < 0 || valueEnd < 0 || (seen & (1 << name)) !== 0) return null;
    seen |= 1 << name;
    if (name === STAMP_NAME) {
      if (type !== BINARY || !isStamp(bytes, from)) return null;
      stampAt = from + STAMP.length;
    } else if (name === DIGEST_NAME) {
      if (type !== STRING || !isText(bytes, from, DIGEST)) return null;
      digestAt = from + DIGEST.length;
    }
    at = valueEnd;
  }
  return stampAt < 0 ? null : { stampAt, digestAt };
}

function nameAt(bytes: Buffer, start: number, end: number): number {
  const index = byShape.get(shapeOf(end - start, bytes[start + 1] ?? 0));
  if (index === undefined) return -1;
  return isText(bytes, start, names[index] ?? '') ? index : -1;
}

function shapeOf(length: number, second: number): number {
  return length * 256 + second;
}

/** A UUIDv7, and nothing else, is a version. */
function isStamp(bytes: Buffer, at: number): boolean {
  if (!isText(bytes, at, STAMP)) return false;
  const [version, variant] = [bytes[at + STAMP.length + 6] ?? 0, bytes[at + STAMP.length + 8] ?? 0];
  return version >> 4 === 7 && variant >> 6 === 2;
}

function isText(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
