import { type RecordPlace } from '@bomba/sync-core';
import { Invalid, type Rule } from './rule.js';

const MAX_LENGTH = 8_192;

/** A place in a list of records as a client hands it back: opaque, and safe in a URL. */
export function toCursor({ atMs, id }: RecordPlace): string {
  return Buffer.from(JSON.stringify([atMs, id])).toString('base64url');
}

/** A place in a list of records. */
export const cursor: Rule<RecordPlace> = (value, field) => {
  const place = typeof value === 'string' && value.length <= MAX_LENGTH ? parse(value) : null;
  return place ?? new Invalid({ field, detail: 'must be the next of an answer of this route' });
};

function parse(text: string): RecordPlace | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(place) || place.length !== 2) return null;
    const [atMs, id] = place as readonly unknown[];
    const isPlace = typeof atMs === 'number' && Number.isSafeInteger(atMs) && typeof id === 'string';
    return isPlace ? { atMs, id } : null;
  } catch {
    return null;
  }
}
