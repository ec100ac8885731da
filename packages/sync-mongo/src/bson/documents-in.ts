import { endOfName } from './end-of-name.js';
import { isSound } from './end-of-value.js';

const HEADER = 4;
const DOCUMENT = 3;

/** Where each document of a BSON array begins. Throws a RangeError where it is no array of documents. */
export function documentsIn(bytes: Buffer): readonly number[] {
  const last = bytes.length - 1;
  if (!isSound(bytes, 0, bytes.length)) throw new RangeError('an array is not as long as it says');
  const starts: number[] = [];
  for (let at = HEADER; at < last;) {
    const start = endOfName(bytes, at + 1, last) + 1;
    const end = start + HEADER <= last ? start + bytes.readInt32LE(start) : -1;
    if (bytes[at] !== DOCUMENT || start === 0 || end > last || !isSound(bytes, start, end))
      throw new RangeError('an array has something in it that is no document');
    starts.push(start);
    at = end;
  }
  return starts;
}
