import { type Body, type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';
import { type AtlasDocument, type LocalDocument, type VersionInfo } from '../protocol/state.js';

/** A document as the memory sides store it: content and marks, as MongoDB would. */
export interface MemoryDocument {
  readonly body: Body;
  readonly stamp: Stamp | null;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
  readonly dirty: Stamp | null;
  readonly held: boolean;
  readonly deleting: boolean;
  readonly last: Stamp | null;
  readonly derived: boolean;
  /** On Atlas: see {@link AtlasDocument}. */
  readonly base?: Stamp;
  readonly output?: boolean;
}

/** A document without marks. */
export function plainDocument(body: Body): MemoryDocument {
  return {
    body,
    stamp: null,
    digest: null,
    info: { version: 0, conflictCount: 0, instanceId: null },
    dirty: null,
    held: false,
    deleting: false,
    last: null,
    derived: false,
  };
}

/** What a look at Local yields. */
export function asLocal(document: MemoryDocument, digestOf: (body: Body) => Digest): LocalDocument {
  const { body, stamp, dirty, held, deleting, last, derived, digest, info } = document;
  const same = digest !== null && digestOf(body) === digest;
  return {
    body,
    stamp,
    dirty,
    held,
    deleting,
    last,
    derived,
    info,
    edited: dirty === null && digest !== null && !same,
    unchanged: dirty !== null && same,
  };
}

/** What a look at Atlas yields. */
export function asAtlas(document: MemoryDocument, digestOf: (body: Body) => Digest): AtlasDocument {
  const { body, stamp, digest, info } = document;
  const edited = digest === null ? 'unknown' : digestOf(body) === digest ? 'no' : 'yes';
  const { base, output } = document;
  return { body, stamp, digest, info, edited, ...(base && { base }), ...(output && { output }) };
}
