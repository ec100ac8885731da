import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type PushEntry } from '../operations/atlas-operation.js';
import { type Acknowledgement, type LocalResults } from '../operations/local-operation.js';
import { type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';
import { type LocalDocument, type VersionInfo } from '../protocol/state.js';

/** A dirty document that may be pushed as it was read. */
export interface ReadyDocument {
  readonly key: DocumentKey;
  readonly document: LocalDocument;
  readonly dirty: Stamp;
  /** The version it gets on Atlas: the same at every try. */
  readonly stamp: Stamp;
  /** Where there is nothing on Atlas to replace. */
  readonly create: boolean;
  readonly digest: Digest;
  readonly info: VersionInfo;
}

type Acknowledged = LocalResults['acknowledge'][number];

/** Completes what is known of a document with what it is stored with, once for both sides. */
export function readyDocument(
  context: EngineContext,
  known: Omit<ReadyDocument, 'digest' | 'info'>,
): ReadyDocument {
  const { key, document } = known;
  const { version, conflictCount } = document.info;
  const info = { version: version + 1, conflictCount, instanceId: context.instanceId };
  return { ...known, digest: context.digestOf(key, document.body), info };
}

/** The conditional write that stores it on Atlas. */
export function pushEntry({ key, document, stamp, create, digest, info }: ReadyDocument): PushEntry {
  const entry = { key, base: create ? null : document.stamp, stamp, body: document.body, digest, info };
  return document.derived ? { ...entry, output: true } : entry;
}

/** The change of Local's marks once it is on Atlas. */
export function acknowledgement({
  key,
  document,
  dirty,
  stamp,
  digest,
  info,
}: ReadyDocument): Acknowledgement {
  return { key, dirty, base: document.stamp, stamp, digest, info };
}

/** True where the key is settled: acknowledged, or written again since on top of what was pushed. */
export function isSettled(result: Acknowledged | undefined): boolean {
  return result === 'clean' || result === 'moved';
}
