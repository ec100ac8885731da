import {
  type AtlasDocument,
  type Body,
  type Digest,
  type LocalDocument,
  type LocalMarks,
  type Stamp,
  stampTimeMs,
  type VersionInfo,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { judgeDigest, setOf } from '../fields/digest-verdict.js';
import { emptySet, type ExclusionSet, isWithin, MAX_SET_NAME_LENGTH } from '../fields/exclusion-set.js';
import { withoutExcluded } from '../fields/take-out.js';
import { fromBinary, toBinary } from './stamp-binary.js';

/** Fields of the metadata that only Local has. */
const LOCAL_MARKS: ReadonlySet<string> = new Set(['dirty', 'held', 'deleting', 'last', 'derived']);
const MAX_DIGEST_LENGTH = MAX_SET_NAME_LENGTH + 64;
const MAX_INSTANCE_LENGTH = 64;

/** What `_syncMeta` says that both sides store. Incoming metadata is checked: whatever is not as it should be is absent. */
export interface VersionMeta {
  readonly stamp: Stamp | null;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
}

/** Reads the part of `_syncMeta` that travels. */
export function readVersionMeta(meta: Document | null): VersionMeta {
  const { stamp, digest, version, conflictCount, instanceId } = meta ?? {};
  return {
    stamp: fromBinary(stamp),
    digest: textOf(digest, MAX_DIGEST_LENGTH),
    info: {
      version: countOf(version),
      conflictCount: countOf(conflictCount),
      instanceId: textOf(instanceId, MAX_INSTANCE_LENGTH),
    },
  };
}

/** Writes the part of `_syncMeta` that travels. */
export function writeVersionMeta(version: {
  readonly stamp: Stamp;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
  /** Only Atlas has these: see `AtlasDocument`. */
  readonly base?: Stamp;
  readonly output?: boolean;
}): Document {
  const { stamp, digest, info, base, output } = version;
  const { instanceId } = info;
  return {
    stamp: toBinary(stamp),
    origin: instanceId === null ? 'atlas' : 'local',
    ...(instanceId !== null && { instanceId }),
    lastModified: new Date(stampTimeMs(stamp)),
    version: info.version,
    conflictCount: info.conflictCount,
    ...(digest !== null && { digest }),
    ...(base && { base: toBinary(base) }),
    ...(output && { output }),
  };
}

/** The marks of a document of Local, from its metadata. */
export function readLocalMarks(meta: Document | null): LocalMarks {
  const heldId = fromBinary(meta?.['held']);
  const dirty = fromBinary(meta?.['dirty']) ?? heldId;
  return {
    stamp: fromBinary(meta?.['stamp']),
    dirty,
    held: heldId !== null && dirty === heldId,
    deleting: meta?.['deleting'] === true,
  };
}

/**
 * A document of Local, from its bytes and its metadata. What cannot be told from an edit past capture counts as one: its
 * digest may be from before fields were excluded, or speak of fewer fields than travel now.
 */
export function readLocalDocument(
  whole: Body,
  meta: Document | null,
  set: ExclusionSet = emptySet,
): LocalDocument {
  const body = withoutExcluded(whole, set);
  const { digest, info } = readVersionMeta(meta);
  const marks = readLocalMarks(meta);
  const isDirty = marks.dirty !== null;
  const made = setOf(digest, set);
  const known = made !== null;
  const same = judgeDigest(digest, { whole, synced: body }, set).is === 'same';
  return {
    ...marks,
    body,
    last: fromBinary(meta?.['last']),
    derived: meta?.['derived'] === true,
    edited: !isDirty && known && !same,
    unchanged: isDirty && known && same,
    ...(made && !isWithin(made, set) && { covered: withoutExcluded(body, made) }),
    info,
  };
}

/** A document of Atlas, from its bytes and its metadata. */
export function readAtlasDocument(
  whole: Body,
  meta: Document | null,
  set: ExclusionSet = emptySet,
): AtlasDocument {
  const body = withoutExcluded(whole, set);
  const { stamp, digest, info } = readVersionMeta(meta);
  if (hasLocalMarks(meta)) return { body, stamp, digest, info, edited: 'yes' };
  const verdict = judgeDigest(digest, { whole, synced: body }, set);
  const edited = editedBy[verdict.is];
  const base = fromBinary(meta?.['base']);
  const output = meta?.['output'] === true;
  return {
    ...{ body, stamp, digest, info, edited },
    ...(verdict.is === 'more' && { covered: verdict.covered }),
    ...(base && { base }),
    ...(output && { output }),
  };
}

const editedBy = { same: 'no', other: 'yes', more: 'unknown', unknown: 'unknown' } as const;

/** Whether there are marks that only Local has; on Atlas somebody copied them there, with a dump of a branch for one. */
export function hasLocalMarks(meta: Document | null): boolean {
  return meta !== null && Object.keys(meta).some((name) => LOCAL_MARKS.has(name));
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function textOf(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value.length <= maxLength ? value : null;
}

/** The metadata that stays when a new write takes the marks off. */
export function withoutMarks(meta: Document): Document {
  return Object.fromEntries(Object.entries(meta).filter(([name]) => !LOCAL_MARKS.has(name)));
}
