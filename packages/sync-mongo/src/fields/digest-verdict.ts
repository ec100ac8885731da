import { type Body, type Digest, sameBody } from '@bomba/sync-core';
import { bodyDigest, setNameOf } from '../bson/body-digest.js';
import { type ExclusionSet, exclusionSetNamed, isWithin } from './exclusion-set.js';
import { withoutExcluded } from './take-out.js';

/** A stored document, and what travels of it. */
export interface StoredBody {
  readonly whole: Body;
  readonly synced: Body;
}

/**
 * What a digest tells of what travels: it is what was stored; it is not; or it holds fields that the digest does not speak
 * of, as whoever made it excludes them: `covered` is the rest, which is what was stored. `unknown`: nothing.
 */
export type DigestVerdict =
  { readonly is: 'same' | 'other' | 'unknown' } | { readonly is: 'more'; readonly covered: Body };

/** The set that a digest was made under, which most often is the present one; null where there is none. */
export function setOf(digest: Digest | null, present: ExclusionSet): ExclusionSet | null {
  if (digest === null) return null;
  const name = setNameOf(digest);
  return name === present.name ? present : exclusionSetNamed(name);
}

/** Judges a document by its digest, whichever set of excluded fields that was made under. */
export function judgeDigest(
  digest: Digest | null,
  { whole, synced }: StoredBody,
  set: ExclusionSet,
): DigestVerdict {
  const made = setOf(digest, set);
  if (digest === null || made === null) return { is: 'unknown' };
  if (made.name === set.name) return { is: bodyDigest(synced, set.name) === digest ? 'same' : 'other' };
  const covered = withoutExcluded(whole, made);
  if (bodyDigest(covered, made.name) !== digest) {
    // The edit may be of fields that do not travel here.
    return { is: isWithin(set, made) ? 'other' : 'unknown' };
  }
  const known = withoutExcluded(covered, set);
  return sameBody(known, synced) ? { is: 'same' } : { is: 'more', covered: known };
}
