import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { unseenDeletion } from '../protocol/decide.js';
import { latest, stampFor, stampTimeMs } from '../protocol/stamp.js';
import { type LocalDocument, type LocalTombstone } from '../protocol/state.js';
import { type ReadyDocument, readyDocument } from './ready-document.js';

/** What Local holds for a key. */
export interface LocalRead {
  readonly key: DocumentKey;
  readonly document: LocalDocument | null;
  readonly tombstone: LocalTombstone | null;
}

/** Whether there is anything to push. */
export function needsPush({ document, tombstone }: Omit<LocalRead, 'key'>): boolean {
  if (tombstone?.pending) return true;
  return document !== null && document.dirty !== null && !document.held && !document.deleting;
}

/**
 * Null where the document needs a look: contended, a deletion pending or not seen, an id far ahead, nothing changed, or a
 * base that may hold what it lacks.
 */
export function asReady(
  context: EngineContext,
  { key, document, tombstone }: LocalRead,
): ReadyDocument | null {
  if (!document?.dirty || document.contended || tombstone?.pending) return null;
  if (document.unchanged || document.derived || document.covered) return null;
  if (unseenDeletion(tombstone, { base: document.stamp, id: document.dirty })) return null;
  if (stampTimeMs(document.dirty) > context.rulesFor(key).ceilingMs) return null;
  const stamp = stampFor(document.dirty, latest(document.stamp, tombstone?.stamp, tombstone?.floor));
  const create = document.stamp === null;
  return readyDocument(context, { key, document, dirty: document.dirty, stamp, create });
}
