import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { batchBytes } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type Stamp } from '../protocol/stamp.js';
import { type LocalMarks } from '../protocol/state.js';
import { noteSent } from '../reconcile/note-sent.js';
import { asReady, type LocalRead, needsPush } from './as-ready.js';
import { type ReadyDocument } from './ready-document.js';
import { send } from './send.js';
import { settleRefused } from './settle-refused.js';

/** What the fast lane did. */
export interface PushBatchResult {
  readonly pushedCount: number;
  /** Keys for a look at both sides. */
  readonly leftOver: readonly DocumentKey[];
  /** Keys that were not read, as the others fill a batch already. */
  readonly later: readonly DocumentKey[];
}

/**
 * The fast lane of push: reads dirty documents as they are, notes what it is about to send, replaces on Atlas the
 * versions they build on, all in one round trip, and acknowledges those that were stored. It never looks at Atlas'
 * content: whatever is not plain, or did not win, is left over.
 */
export function* pushBatch(context: EngineContext, keys: readonly DocumentKey[]): Step<PushBatchResult> {
  // Documents before tombstones: a document recreated after a deletion is then read with that deletion.
  const maxBytes = batchBytes(context);
  const documents = yield* ask({ side: 'local', op: 'readWithin', entries: keys, maxBytes });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  const later = keys.filter((_, i) => documents[i] === 'later');
  const reads = keys.flatMap((key, i): readonly LocalRead[] => {
    const document = documents[i] ?? null;
    return document === 'later' ? [] : [{ key, document, tombstone: tombstones[i] ?? null }];
  });
  const stale = yield* findStale(reads);
  const ready: ReadyDocument[] = [];
  const leftOver: DocumentKey[] = [];
  for (const { key, document, tombstone } of reads) {
    if (!needsPush({ document, tombstone })) continue;
    const plain = stale.has(key) ? null : asReady(context, { key, document, tombstone });
    if (plain) ready.push(plain);
    else leftOver.push(key);
  }
  if (ready.length === 0) return { pushedCount: 0, leftOver, later };

  const note = yield* noteSent(context, ready);
  const { refused, left } = yield* send(context, ready);
  const lost = refused.length > 0 ? [...left, ...(yield* settleRefused(context, refused))] : left;
  // Notes of keys that are left over tell, at the next look, what is ours on Atlas.
  if (lost.length === 0) yield* ask({ side: 'local', op: 'forgetSent', note });
  return { pushedCount: ready.length - left.length, leftOver: [...leftOver, ...lost], later };
}

/**
 * Documents created where a deletion is known are read once more: one that is as it was has seen that deletion, and
 * another may have been there before the deletion was noted, between the two readings.
 */
function* findStale(reads: readonly LocalRead[]): Step<ReadonlySet<DocumentKey>> {
  const first = new Map<DocumentKey, Stamp | null>();
  for (const { key, document, tombstone } of reads) {
    if (document?.stamp === null && tombstone?.stamp) first.set(key, document.dirty);
  }
  if (first.size === 0) return new Set();
  const entries = [...first.keys()];
  const again = yield* ask({ side: 'local', op: 'readMarks', entries });
  const isSame = (key: DocumentKey, marks: LocalMarks | null | undefined): boolean =>
    marks?.stamp === null && marks.dirty === first.get(key);
  return new Set(entries.filter((key, i) => !isSame(key, again[i])));
}
