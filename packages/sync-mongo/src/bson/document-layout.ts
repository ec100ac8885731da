import { endOfName } from './end-of-name.js';
import { endOfValue, isSound } from './end-of-value.js';
import { META_FIELD } from './meta-field.js';

/** Where in its bytes the parts of a stored document are that documents are compared by. */
export interface DocumentLayout {
  /** Behind the `_id`, which comes first. */
  readonly idEnd: number;
  /** The one `_syncMeta`: where it begins, where its value does, and behind it; -1: there is none. */
  readonly metaStart: number;
  readonly metaValue: number;
  readonly metaEnd: number;
}

const FIRST = 4;
const DOCUMENT = 3;
/** With its end it is as long as a number. */
const ID_NAME = Buffer.from('_id\0').readInt32LE(0);
const ID_LENGTH = 4;
const META_NAME = Buffer.from(META_FIELD);

/** Null where it is not as documents are that a driver has written: whoever wants to know takes it apart. */
export function layoutOf(bytes: Buffer, start = 0, documentEnd = bytes.length): DocumentLayout | null {
  if (!isSound(bytes, start, documentEnd) || !hasId(bytes, start, documentEnd)) return null;
  const last = documentEnd - 1;
  let idEnd = -1;
  let metaStart = -1;
  let metaValue = -1;
  let metaEnd = -1;
  for (let at = start + FIRST; at < last;) {
    const nameEnd = endOfName(bytes, at + 1, last);
    const type = bytes[at] ?? 0;
    const end = endOfValue(bytes, { type, from: nameEnd + 1, limit: last });
    if (nameEnd < 0 || end < 0) return null;
    if (idEnd < 0) idEnd = end;
    else if (isMetaName(bytes, at + 1, nameEnd)) {
      if (metaStart >= 0 || type !== DOCUMENT) return null;
      metaStart = at;
      metaValue = nameEnd + 1;
      metaEnd = end;
    }
    at = end;
  }
  return { idEnd, metaStart, metaValue, metaEnd };
}

/** Whether the document there begins with its `_id`. */
export function hasId(bytes: Buffer, start = 0, end = bytes.length): boolean {
  return end - start > FIRST + ID_LENGTH && bytes.readInt32LE(start + FIRST + 1) === ID_NAME;
}

function isMetaName(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== META_NAME.length) return false;
  for (let i = 0; i < META_NAME.length; i++) if (bytes[start + i] !== META_NAME[i]) return false;
  return true;
}
