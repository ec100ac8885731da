import { sha256 } from '../system/sha256.js';
import { type DocumentLayout, layoutOf } from './document-layout.js';
import { DIGEST_LENGTH, type PlainMeta, plainMetaOf, STAMP_LENGTH } from './plain-meta.js';

/** A stored document, from `start` to `end` of these bytes, and where its parts are. */
export interface LaidOut {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly layout: DocumentLayout;
}

const HEADER = 4;
/** What a larger document costs is its bytes, not that it is taken apart. */
const MAX_BYTES = 64 * 1024;
/** Where a body is put together; used by nobody else, and never across a wait. */
const scratch = Buffer.allocUnsafe(MAX_BYTES);

/** The document there; null where it is not as documents are that a driver has written. */
export function laidOut(bytes: Buffer, start = 0, end = bytes.length): LaidOut | null {
  const layout = layoutOf(bytes, start, end);
  return layout && { bytes, start, end, layout };
}

/** Whether both begin with the same `_id`; false says nothing, as equal numbers of two types have other bytes. */
export function hasSameId(one: LaidOut, other: LaidOut): boolean {
  const length = one.layout.idEnd - one.start;
  if (length !== other.layout.idEnd - other.start) return false;
  for (let i = HEADER; i < length; i++)
    if (one.bytes[one.start + i] !== other.bytes[other.start + i]) return false;
  return true;
}

/** Whether both are the very same bytes, metadata and all. */
export function isIdentical(one: LaidOut, other: LaidOut): boolean {
  const length = one.end - one.start;
  return length === other.end - other.start && isSamePart(one, other, [one.start, other.start, length]);
}

/**
 * Whether both hold the same, all fields of it: one version, no marks, the same bytes beside their metadata, and those have
 * the digests there are. False says nothing.
 */
export function isPlainlySame(one: LaidOut, other: LaidOut): boolean {
  const length = bodyLength(one);
  if (length > MAX_BYTES || length !== bodyLength(other)) return false;
  if (one.layout.metaStart < 0 || other.layout.metaStart < 0) return false;
  const [a, b] = [metaOf(one), metaOf(other)];
  if (!a || !b || !isSamePart(one, other, [a.stampAt, b.stampAt, STAMP_LENGTH])) return false;
  takeBody(one, length);
  if (!isBody(other, length)) return false;
  if (a.digestAt < 0 && b.digestAt < 0) return true;
  const digest = sha256(scratch.subarray(0, length));
  return isDigest(one.bytes, a.digestAt, digest) && isDigest(other.bytes, b.digestAt, digest);
}

/** Whether it plainly holds what is stored under its version: no marks, and all its fields have its digest. False says nothing. */
export function isPlainlyWhole(one: LaidOut): boolean {
  return isPlain(one, { needsDigest: true });
}

/** {@link isPlainlySame} of one that is there twice, with the very same bytes, metadata and all. */
export function isPlainlySound(one: LaidOut): boolean {
  return isPlain(one, { needsDigest: false });
}

function isPlain(one: LaidOut, { needsDigest }: { readonly needsDigest: boolean }): boolean {
  const length = bodyLength(one);
  const meta = one.layout.metaStart < 0 || length > MAX_BYTES ? null : metaOf(one);
  if (!meta || meta.digestAt < 0) return meta !== null && !needsDigest;
  takeBody(one, length);
  return isDigest(one.bytes, meta.digestAt, sha256(scratch.subarray(0, length)));
}

function bodyLength({ start, end, layout: { metaStart, metaEnd } }: LaidOut): number {
  return end - start - (metaEnd - metaStart);
}

function metaOf({ bytes, layout: { metaValue, metaEnd } }: LaidOut): PlainMeta | null {
  return plainMetaOf(bytes, metaValue, metaEnd);
}

function isSamePart(
  { bytes: a }: LaidOut,
  { bytes: b }: LaidOut,
  [here, there, length]: readonly [number, number, number],
): boolean {
  return a.compare(b, there, there + length, here, here + length) === 0;
}

/** What {@link splitDocument} calls the body. */
function takeBody({ bytes, start, end, layout: { metaStart, metaEnd } }: LaidOut, length: number): void {
  bytes.copy(scratch, 0, start, metaStart);
  bytes.copy(scratch, metaStart - start, metaEnd, end);
  scratch.writeInt32LE(length, 0);
}

function isBody({ bytes, start, end, layout: { metaStart, metaEnd } }: LaidOut, length: number): boolean {
  const before = metaStart - start;
  return (
    bytes.compare(scratch, HEADER, before, start + HEADER, metaStart) === 0 &&
    bytes.compare(scratch, before, length, metaEnd, end) === 0
  );
}

/** Whether the text there is the digest; true where there is none. */
function isDigest(bytes: Buffer, at: number, digest: string): boolean {
  if (at < 0) return true;
  for (let i = 0; i < DIGEST_LENGTH; i++) if (bytes[at + i] !== digest.charCodeAt(i)) return false;
  return true;
}
