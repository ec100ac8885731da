import { type Body } from '@bomba/sync-core';
import { type Element } from './elements.js';

const HEADER_LENGTH = 4;

/** An element as it stands: its type, its name and its value. */
export function spanOf(bytes: Body, { start, end }: Element): Uint8Array {
  return bytes.subarray(start, end);
}

/** An element's type and its name. */
export function headOf(bytes: Body, { start, valueStart }: Element): Uint8Array {
  return bytes.subarray(start, valueStart);
}

/** The type and the name of an element that is made anew. */
export function newHead(type: number, name: string): Uint8Array {
  return Buffer.concat([Buffer.from([type]), Buffer.from(name), Buffer.from([0])]);
}

/** A document of elements, whole or as heads and values in turn. */
export function documentOf(parts: readonly Uint8Array[]): Body {
  const length = parts.reduce((sum, part) => sum + part.length, HEADER_LENGTH + 1);
  const document = Buffer.alloc(length);
  document.writeInt32LE(length, 0);
  let at = HEADER_LENGTH;
  for (const part of parts) {
    document.set(part, at);
    at += part.length;
  }
  return document;
}
