/**
 * A document's synced content: its BSON bytes without `_syncMeta` and without excluded fields. Opaque to the protocol,
 * which only asks whether two are the same.
 *
 * @public
 */
export type Body = Uint8Array;

/** True where both hold the same bytes. @public */
export function sameBody(a: Body, b: Body): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * A 64-bit hash of a body, in hexadecimal, with a mark of the exclusion set it was made under. It tells that a foreign
 * hand has edited a state, and which side was edited.
 *
 * @public
 */
export type Digest = string;
