import { type Body, type Digest } from '@bomba/sync-core';
import { sha256 } from '../system/sha256.js';

const DIGEST_LENGTH = 16;
/** The exclusion set under which no field is excluded. */
const WHOLE = '0';

/**
 * The digest of a body: 64 bits of SHA-256 behind the name of the exclusion set that the body was made under. A digest
 * of another set says nothing.
 */
export function bodyDigest(body: Body, exclusionSet: string = WHOLE): Digest {
  return `${exclusionSet}:${sha256(body).slice(0, DIGEST_LENGTH)}`;
}

/** Whether a digest was made under that exclusion set. */
export function isComparable(digest: Digest, exclusionSet: string = WHOLE): boolean {
  return digest.startsWith(`${exclusionSet}:`);
}
