import { type Stamp, toStamp } from '@bomba/sync-core';
import { Binary } from 'mongodb';

const HYPHENS = /-/g;

/** A stamp as MongoDB stores it: Binary subtype 4, which the server compares bytewise. */
export function toBinary(stamp: Stamp): Binary {
  return new Binary(Buffer.from(stamp.replace(HYPHENS, ''), 'hex'), Binary.SUBTYPE_UUID);
}

/** Reads a stamp that MongoDB stored; null for anything else, as incoming metadata is not to be trusted. */
export function fromBinary(value: unknown): Stamp | null {
  if (!isBinary(value) || value.sub_type !== Binary.SUBTYPE_UUID || value.length() !== 16) return null;
  const hex = Buffer.from(value.value()).toString('hex');
  return toStamp(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  );
}

function isBinary(value: unknown): value is Binary {
  return typeof value === 'object' && value !== null && (value as Partial<Binary>)._bsontype === 'Binary';
}
