import { createStamp, type Stamp } from '@bomba/sync-core';
import { type MemoryDocument, plainDocument } from '@bomba/sync-core/memory';
import { BSON } from 'mongodb';

/** The version of that number. */
export const stampOf = (number: number): Stamp =>
  createStamp({ timeMs: number, counter: number % 4_096, random: new Uint8Array(16), shared: false });

export const digestOf = (body: Uint8Array): string => Buffer.from(body).toString('hex');

/** A clean document of that content, under the version of that number, or none. */
export function documentOf(content: number, version: number | null = content): MemoryDocument {
  const body = BSON.serialize({ content });
  if (version === null) return plainDocument(body);
  return { ...plainDocument(body), stamp: stampOf(version), digest: digestOf(body) };
}
