import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';

/** Dirty documents for which a newer version has come; of the rest push is left to meet it. */
export interface AwaitedPushes {
  /** Acknowledged since they were read. */
  readonly cleaned: readonly DocumentKey[];
  readonly beingPushed: readonly DocumentKey[];
}

/**
 * Tells of which dirty documents a push is under way. It may have been stored below the version that has come: the
 * document would be clean at that older version once it is acknowledged, and nothing would tell of the newer one again.
 * What is sent is noted before it leaves and until it is acknowledged; read before the marks, the notes miss no such
 * push.
 */
export function* awaitPushes(keys: readonly DocumentKey[]): Step<AwaitedPushes> {
  if (keys.length === 0) return { cleaned: [], beingPushed: [] };
  const sent = yield* ask({ side: 'local', op: 'readSent', entries: keys });
  const marks = yield* ask({ side: 'local', op: 'readMarks', entries: keys });
  const isDirty = (i: number): boolean => marks[i]?.dirty != null;
  return {
    cleaned: keys.filter((_, i) => !isDirty(i)),
    beingPushed: keys.filter((_, i) => isDirty(i) && (sent[i]?.size ?? 0) > 0),
  };
}
