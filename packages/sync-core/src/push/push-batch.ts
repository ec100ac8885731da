import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type PushResult } from '../operations/atlas-operation.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { unseenDeletion } from '../protocol/decide.js';
import { latest, sameWrite, type Stamp, stampFor, stampTimeMs } from '../protocol/stamp.js';
import { type LocalDocument, type LocalMarks, type LocalTombstone } from '../protocol/state.js';
import { noteId } from '../reconcile/note-sent.js';
import { holdRefused } from './hold-refused.js';
import {
  acknowledgement,
  isSettled,
  pushEntry,
  type ReadyDocument,
  readyDocument,
} from './ready-document.js';

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
  const maxBytes = BATCH_BYTES;
  const documents = yield* ask({ side: 'local', op: 'readWithin', entries: keys, maxBytes });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  const later = keys.filter((_, i) => documents[i] === 'later');
  const reads = keys.flatMap((key, i): readonly Read[] => {
    const document = documents[i] ?? null;
    return document === 'later' ? [] : [{ key, document, tombstone: tombstones[i] ?? null }];
  });
  const stale = yield* findStale(reads);
  const ready: ReadyDocument[] = [];
  const leftOver: DocumentKey[] = [];
  for (const { key, document, tombstone } of reads) {
    if (!needsPush(document, tombstone)) continue;
    const plain = stale.has(key) ? null : asReady(context, { key, document, tombstone });
    if (plain) ready.push(plain);
    else leftOver.push(key);
  }
  if (ready.length === 0) return { pushedCount: 0, leftOver, later };

  const note = noteId(context);
  yield* ask({
    side: 'local',
    op: 'noteSent',
    note,
    versions: ready.map(({ key, stamp }) => ({ key, stamp })),
  });
  const entries = ready.map(pushEntry);
  const result = yield* ask({ side: 'atlas', op: 'push', entries });
  const lost = yield* settle(context, ready, result);
  // Notes of keys that are left over tell, at the next look, what is ours on Atlas.
  if (lost.length === 0) yield* ask({ side: 'local', op: 'forgetSent', note });
  return { pushedCount: ready.length - lost.length, leftOver: [...leftOver, ...lost], later };
}

/**
 * Documents created where a deletion is known are read once more: one that is as it was has seen that deletion, and
 * another may have been there before the deletion was noted, between the two readings.
 */
function* findStale(reads: readonly Read[]): Step<ReadonlySet<DocumentKey>> {
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

function needsPush(document: LocalDocument | null, tombstone: LocalTombstone | null): boolean {
  if (tombstone?.pending) return true;
  return document !== null && document.dirty !== null && !document.held && !document.deleting;
}

interface Read {
  readonly key: DocumentKey;
  readonly document: LocalDocument | null;
  readonly tombstone: LocalTombstone | null;
}

/** Null where the document needs a look: a deletion pending or not seen, an id far ahead, nothing changed. */
function asReady(context: EngineContext, { key, document, tombstone }: Read): ReadyDocument | null {
  if (!document?.dirty || tombstone?.pending || document.unchanged || document.derived) return null;
  if (unseenDeletion(tombstone, { base: document.stamp, id: document.dirty })) return null;
  if (stampTimeMs(document.dirty) > context.rulesFor(key).ceilingMs) return null;
  const stamp = stampFor(document.dirty, latest(document.stamp, tombstone?.stamp, tombstone?.floor));
  const create = document.stamp === null;
  return readyDocument(context, { key, document, dirty: document.dirty, stamp, create });
}

/** Tells who won, acknowledges them, holds what was refused, and returns the rest. */
function* settle(
  context: EngineContext,
  ready: readonly ReadyDocument[],
  result: PushResult,
): Step<readonly DocumentKey[]> {
  const refused = new Map(result.refused.map(({ index, refusal }) => [index, refusal]));
  for (const [index, refusal] of refused) {
    const document = ready[index];
    if (document) yield* holdRefused(context, document, refusal);
  }
  const accepted = ready.filter((_, index) => !refused.has(index));
  const won = yield* findWinners(accepted, result.storedCount);
  const answers = yield* acknowledge(context, won);
  return accepted.filter((document) => !answers.has(document)).map(({ key }) => key);
}

/** All, where as many were stored as sent; else Atlas' present versions tell: ours carry our tail. */
function* findWinners(sent: readonly ReadyDocument[], storedCount: number): Step<readonly ReadyDocument[]> {
  if (sent.length === 0 || storedCount === sent.length) return sent;
  const stamps = yield* ask({ side: 'atlas', op: 'readStamps', entries: sent.map(({ key }) => key) });
  return sent.filter(({ dirty }, i) => sameWrite(stamps[i] ?? null, dirty));
}

/** Acknowledges what won; a document that was written since without a base is for a look. */
function* acknowledge(
  context: EngineContext,
  won: readonly ReadyDocument[],
): Step<ReadonlySet<ReadyDocument>> {
  const settled = new Set<ReadyDocument>();
  if (won.length === 0) return settled;
  const entries = won.map(acknowledgement);
  const answers = yield* ask({ side: 'local', op: 'acknowledge', entries });
  won.forEach((document, i) => {
    if (!isSettled(answers[i])) return;
    settled.add(document);
    context.observer.applied('local-to-atlas', document.key, stampTimeMs(document.dirty));
  });
  return settled;
}
