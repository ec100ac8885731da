import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';

/** Dirty documents for which a newer version has come; of the rest push is left to meet it. */
export interface AwaitedPushes {
  /** Clean since they were read. */
  readonly cleaned: readonly DocumentKey[];
  /** Of which a push or a turn is under way. */
  readonly underWay: readonly DocumentKey[];
}

/**
 * Tells of which dirty documents a push is under way, or a turn of another lane. It may have been stored, or decided, below
 * the version that has come: the document would be clean at that older version in a moment, and nothing would tell of the
 * newer one again. What is sent is noted before it leaves and until it is acknowledged; asked before the marks are
 * read, notes and turns miss none of those. A turn that begins later finds what has come.
 */
export function* awaitPushes(
  { pushes }: Pick<EngineContext, 'pushes'>,
  keys: readonly DocumentKey[],
): Step<AwaitedPushes> {
  if (keys.length === 0) return { cleaned: [], underWay: [] };
  const inTurn = new Set(keys.filter((key) => pushes.turns.has(key)));
  const sent = yield* ask({ side: 'local', op: 'readSent', entries: keys });
  const marks = yield* ask({ side: 'local', op: 'readMarks', entries: keys });
  const isDirty = (i: number): boolean => marks[i]?.dirty != null;
  return {
    cleaned: keys.filter((_, i) => !isDirty(i)),
    underWay: keys.filter((key, i) => isDirty(i) && (inTurn.has(key) || (sent[i]?.size ?? 0) > 0)),
  };
}
