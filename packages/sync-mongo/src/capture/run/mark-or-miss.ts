import { vouchFor } from '../../audit/vouched-writes.js';
import { isInTransaction, optionsOf } from './call-options.js';
import { type CapturedMethod } from './captured-method.js';
import { healSpoiled, type Matching } from './heal-spoiled.js';
import { repeatableIfHealed } from './repeatable.js';
import { isInvalid, isPathRefused, mayBeOfTheMark } from './server-error.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/** A write, in its forms. */
export interface MarkableWrite<Result> {
  readonly target: WriteTarget;
  readonly method: CapturedMethod;
  readonly options: unknown;
  /** What it is to match; with a write that sets marks in metadata that is there. */
  readonly filter?: unknown;
  marked(): Promise<Result>;
  /** The same once more, after what was in its way is healed. Default: `marked`. */
  markedAgain?(): Promise<Result>;
  /** As the application asked for it. */
  unmarked(): Promise<Result>;
  /** The same, taking away metadata that is there. Default: `unmarked`. */
  bare?(): Promise<Result>;
}

/** A write that is announced once it has ended. */
export interface AnnouncedWrite<Result> extends MarkableWrite<Result> {
  readonly id: WriteId;
  /** The document, where the call tells which. */
  readonly documentId?: unknown;
}

/** Does a write, marked where the server takes it, and announces it. */
export async function markOrMiss<Result>(write: AnnouncedWrite<Result>): Promise<Result> {
  const { target, id, options, documentId } = write;
  try {
    return await markWherePossible(write);
  } finally {
    const ids = documentId === undefined ? 'many' : [documentId];
    target.announcer.announce({ collection: target.name, ids, id: id.stamp }, options);
  }
}

/**
 * Does the marked write. Where the mark alone may be why the server refuses it, what is in its way is healed, or the
 * unmarked write decides: the application gets the result or the error it would have got. Not so in a transaction, which
 * the refusal has ended: there the next try may succeed.
 */
export async function markWherePossible<Result>(write: MarkableWrite<Result>): Promise<Result> {
  const { target, options } = write;
  try {
    return await write.marked();
  } catch (error) {
    if (!mayBeOfTheMark(error)) throw error;
    if (isInTransaction(options))
      throw await repeatableIfHealed(target, matchingOf(write), { options, error });
    return await writeInSpite(write, error);
  }
}

async function writeInSpite<Result>(write: MarkableWrite<Result>, refused: unknown): Promise<Result> {
  const { target, options } = write;
  let error = refused;
  if (isPathRefused(error) && (await healSpoiled(target, matchingOf(write), options)) > 0) {
    try {
      return await (write.markedAgain?.() ?? write.marked());
    } catch (again) {
      if (!mayBeOfTheMark(again)) throw again;
      error = again;
    }
  }
  const result = await vouchFor(() => (isInvalid(error) && write.bare ? write.bare() : write.unmarked()));
  target.report.missed(target.name, write.method, error);
  if (isInvalid(error)) target.refusal.note();
  return result;
}

function matchingOf<Result>({ filter, options }: MarkableWrite<Result>): readonly Matching[] {
  const { collation, hint } = optionsOf(options);
  return filter === undefined ? [] : [{ filter, collation, hint }];
}
