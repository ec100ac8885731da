import {
  type Amendment,
  type Digest,
  type Expected,
  type Stamp,
  stampTimeMs,
  type VersionInfo,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { type VersionMeta, writeVersionMeta } from '../bson/sync-meta.js';

/** Fields to set and to remove, under `_syncMeta`. */
class MarkChange {
  readonly set: Document = {};
  readonly unset: Document = {};

  put(field: string, value: unknown): void {
    this.set[`_syncMeta.${field}`] = value;
  }

  remove(...fields: readonly string[]): void {
    for (const field of fields) this.unset[`_syncMeta.${field}`] = '';
  }

  toUpdate(): Document {
    return {
      ...(Object.keys(this.set).length > 0 && { $set: this.set }),
      ...(Object.keys(this.unset).length > 0 && { $unset: this.unset }),
    };
  }
}

/** The base that a document builds on from now on. */
export interface NewBase {
  readonly stamp: Stamp;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
}

/** The update that moves the base, and leaves the dirty id as it is. */
export function moveBase(base: NewBase): Document {
  const change = new MarkChange();
  putBase(change, base);
  return change.toUpdate();
}

/** The update that moves the base and makes the document clean: nothing of the marks before is left. */
export function acknowledgeBase({ stamp, digest, info }: NewBase): Document {
  return { $set: { _syncMeta: writeVersionMeta({ stamp, digest, info }) } };
}

/** The update of a conditional amendment. */
export function amendMarks(expected: Expected, { base, dirty, held }: Amendment): Document {
  const change = new MarkChange();
  if (base) putBase(change, base);
  if (base === null) change.remove('stamp', 'digest');
  if (dirty !== undefined || held !== undefined) {
    const id = dirty === undefined ? expected.dirty : dirty;
    const isHeld = held ?? expected.held;
    if (id === null) change.remove('dirty', 'held', 'derived', 'last');
    else {
      change.put(isHeld ? 'held' : 'dirty', toBinary(id));
      change.remove(isHeld ? 'dirty' : 'held');
    }
  }
  return change.toUpdate();
}

/** The whole metadata after an amendment, of a document whose other marks are not to be kept. */
export function wholeMarks(
  { stamp, digest, info }: VersionMeta,
  expected: Expected,
  { base, dirty, held = expected.held }: Amendment,
): Document {
  const id = dirty === undefined ? expected.dirty : dirty;
  const version = base === undefined ? stamp && { stamp, digest, info } : base;
  return {
    ...(version && writeVersionMeta(version)),
    ...(id !== null && { [held ? 'held' : 'dirty']: toBinary(id) }),
  };
}

function putBase(change: MarkChange, { stamp, digest, info }: NewBase): void {
  change.put('stamp', toBinary(stamp));
  change.put('version', info.version);
  change.put('conflictCount', info.conflictCount);
  change.put('origin', info.instanceId === null ? 'atlas' : 'local');
  if (info.instanceId === null) change.remove('instanceId');
  else change.put('instanceId', info.instanceId);
  change.put('lastModified', new Date(stampTimeMs(stamp)));
  if (digest === null) change.remove('digest');
  else change.put('digest', digest);
}
