import { type DocumentKey, type HybridClock, type Stamp } from '@bomba/sync-core';
import { documentKeyOf } from '../../bson/document-key.js';
import { pinnedId } from '../rewrite/pinned-id.js';

/** A write that a hook saw. The engine reads the document itself; this only says that it is worth a look. */
export interface NotedOperation {
  readonly key: DocumentKey;
  /** An id of the notice, later than that of the write. */
  readonly id: Stamp;
  readonly type: 'insert' | 'update' | 'delete';
  readonly collection: string;
  readonly documentId: unknown;
  readonly origin: 'local';
  readonly instanceId?: string;
  readonly timestamp: Date;
}

/** Where hooks put what they saw: a `SyncQueueManager`, or anything that takes operations. */
export interface OperationQueue {
  enqueue(operation: NotedOperation): unknown;
}

/** How hooks name what they saw. */
export interface SyncMiddlewareConfig {
  /** Issues the ids of notices. */
  readonly clock: HybridClock;
  /** False: the hooks do nothing. Default true. */
  readonly enabled?: boolean;
  /** Names this branch's database. */
  readonly instanceId?: string;
}

/** Tells a hook's caller to go on. */
type Next = (() => void) | undefined;

/** Post hooks for schemas; none of them ever throws or holds up the operation. */
export interface SyncMiddleware {
  /** `schema.post('save', …)`. */
  postSave(doc: unknown, next?: Next): void;
  /** `schema.post('insertMany', …)`. */
  postInsertMany(docs: unknown, next?: Next): void;
  /** `schema.post('updateOne' | 'replaceOne' | 'findOneAndUpdate' | …, …)`. */
  postUpdate(this: unknown, result: unknown, next?: Next): void;
  /** `schema.post('deleteOne' | 'findOneAndDelete' | …, …)`. */
  postRemove(this: unknown, result: unknown, next?: Next): void;
}

/**
 * Hooks that notify the queue of writes as they happen, for schemas that want it. They record nothing: that is done by
 * capture, which sees every write, where hooks do not. What a hook cannot name by `_id` it leaves to capture.
 */
export function createSyncMiddleware(
  queueManager: OperationQueue,
  { clock, enabled = true, instanceId }: SyncMiddlewareConfig,
): SyncMiddleware {
  const note = (type: NotedOperation['type'], { collection, documentId }: WrittenDocument): void => {
    queueManager.enqueue({
      ...{ key: documentKeyOf(collection, documentId), id: clock.next(), type, collection, documentId },
      ...{ origin: 'local', timestamp: new Date(clock.now()) },
      ...(instanceId === undefined ? {} : { instanceId }),
    });
  };
  const hook = (next: Next, notice: () => void): void => {
    try {
      if (enabled) notice();
    } catch {
      // A notice that is lost is made good by the next scan of the dirty index.
    } finally {
      next?.();
    }
  };
  return {
    postSave: (doc, next) =>
      hook(next, () =>
        writtenBy(doc).forEach((written) => note(isInserted(doc) ? 'insert' : 'update', written)),
      ),
    postInsertMany: (docs, next) =>
      hook(next, () =>
        [docs]
          .flat()
          .flatMap(writtenBy)
          .forEach((written) => note('insert', written)),
      ),
    postUpdate(result, next) {
      hook(next, () => foundBy(this, result).forEach((written) => note('update', written)));
    },
    postRemove(result, next) {
      hook(next, () => foundBy(this, result).forEach((written) => note('delete', written)));
    },
  };
}

interface WrittenDocument {
  readonly collection: string;
  readonly documentId: unknown;
}

interface DocumentLike {
  readonly _id?: unknown;
  readonly collection?: { readonly collectionName?: string };
  readonly $__?: { readonly inserting?: boolean };
}

interface QueryLike {
  readonly model?: { readonly collection?: { readonly collectionName?: string } };
  getFilter?(): unknown;
}

function writtenBy(doc: unknown): readonly WrittenDocument[] {
  const { _id: documentId, collection } = (doc ?? {}) as DocumentLike;
  const name = collection?.collectionName;
  return name === undefined || documentId === undefined ? [] : [{ collection: name, documentId }];
}

function isInserted(doc: unknown): boolean {
  return (doc as DocumentLike).$__?.inserting === true;
}

/** The one document of a query: returned by it, inserted by it, or named by its filter. */
function foundBy(query: unknown, result: unknown): readonly WrittenDocument[] {
  const asked = (query ?? {}) as QueryLike;
  const collection = asked.model?.collection?.collectionName;
  if (collection === undefined) return writtenBy(query).length > 0 ? writtenBy(query) : writtenBy(result);
  const { _id, upsertedId } = (result ?? {}) as { readonly _id?: unknown; readonly upsertedId?: unknown };
  const documentId = _id ?? upsertedId ?? pinnedId(asked.getFilter?.());
  return documentId == null ? [] : [{ collection, documentId }];
}
