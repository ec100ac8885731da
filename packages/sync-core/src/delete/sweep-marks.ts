import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';
import { type LocalResults } from '../operations/local-operation.js';

/** Which marks are old enough for their process to be dead. */
export interface SweepMarksOptions {
  readonly olderThanMs: number;
  readonly limit: number;
}

/**
 * Finishes deletes whose process died between mark, tombstone and removal. Each step misses where the document was
 * written since, and repeating them is harmless.
 */
export function* sweepMarks({ olderThanMs, limit }: SweepMarksOptions): Step<readonly DocumentKey[]> {
  const marked = yield* ask({ side: 'local', op: 'scanMarked', olderThanMs, limit });
  for (const mark of marked) yield* finish(mark);
  return marked.map(({ key }) => key);
}

function* finish({ key, id, stamp, last }: LocalResults['scanMarked'][number]): Step<void> {
  yield* ask({ side: 'local', op: 'notePending', key, pending: id, base: stamp, last });
  const expected = { stamp, dirty: id, held: false };
  yield* ask({ side: 'local', op: 'remove', entries: [{ key, expected, deleting: true }] });
}
