import { isInTransaction } from './call-options.js';
import { type CapturedMethod } from './captured-method.js';
import { mayBeOfTheMark } from './server-error.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/** A write of at most one document, in both forms. */
export interface MarkableWrite<Result> {
  readonly target: WriteTarget;
  readonly method: CapturedMethod;
  readonly id: WriteId;
  readonly options: unknown;
  /** The document, where the call tells which. */
  readonly documentId?: unknown;
  marked(): Promise<Result>;
  /** As the application asked for it. */
  unmarked(): Promise<Result>;
}

/**
 * Does the marked write. Where the mark alone may be why the server refuses it, the unmarked one decides: the
 * application gets the result or the error it would have got. Not so in a transaction, which the refusal has ended.
 */
export async function markOrMiss<Result>(write: MarkableWrite<Result>): Promise<Result> {
  const { target, method, id, options, documentId } = write;
  try {
    return await write.marked();
  } catch (error) {
    if (!mayBeOfTheMark(error) || isInTransaction(options)) throw error;
    const result = await write.unmarked();
    target.report.missed(target.name, method, error);
    return result;
  } finally {
    const ids = documentId === undefined ? 'many' : [documentId];
    target.announcer.announce({ collection: target.name, ids, id: id.stamp }, options);
  }
}
