import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type PushEntry } from '../operations/atlas-operation.js';
import { type Acknowledgement, type LocalResults } from '../operations/local-operation.js';
import { type Body, type Digest } from '../protocol/body.js';
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
}

type Acknowledged = LocalResults['acknowledge'][number];

/** The conditional write that stores it on Atlas. */
export function pushEntry(
  context: EngineContext,
  { key, document, stamp, create }: ReadyDocument,
): PushEntry {
  const base = create ? null : document.stamp;
  return {
    key,
    base,
    stamp,
    body: document.body,
    digest: digestOf(context, key, document.body),
    info: next(context, document),
  };
}

/** The change of Local's marks once it is on Atlas. */
export function acknowledgement(
  context: EngineContext,
  { key, document, dirty, stamp }: ReadyDocument,
): Acknowledgement {
  return {
    key,
    dirty,
    base: document.stamp,
    stamp,
    digest: digestOf(context, key, document.body),
    info: next(context, document),
  };
}

/** True where the key is settled: acknowledged, or written again since on top of what was pushed. */
export function isSettled(result: Acknowledged | undefined): boolean {
  return result === 'clean' || result === 'moved';
}

function digestOf(context: EngineContext, key: DocumentKey, body: Body): Digest {
  return context.digestOf(key, body);
}

function next({ instanceId }: EngineContext, { info }: LocalDocument): VersionInfo {
  return { version: info.version + 1, conflictCount: info.conflictCount, instanceId };
}
