import { type Body, type Digest } from '@bomba/sync-core';
import { sha256 } from '../system/sha256.js';

const DIGEST_LENGTH = 16;
/** The exclusion set under which no field is excluded. */
const WHOLE = '0';

/**
 * The digest of a body: 64 bits of SHA-256 behind the name of the exclusion set that the body was made under, which tells
 * what the digest does not speak of.
 */
export function bodyDigest(body: Body, exclusionSet: string = WHOLE): Digest {
  return `${exclusionSet}:${sha256(body).slice(0, DIGEST_LENGTH)}`;
}

/** The name of the exclusion set that a digest was made under. */
export function setNameOf(digest: Digest): string {
  return digest.slice(0, Math.max(0, digest.lastIndexOf(':')));
}
