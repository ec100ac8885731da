import { createHash, timingSafeEqual } from 'node:crypto';

/** The SHA-256 digest of a key: keys are held and compared in this form only. */
export function digestOf(key: string): Uint8Array {
  return createHash('sha256').update(key, 'utf8').digest();
}

/** True where both digests are the same; takes the same time in any case. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(a, b);
}
