import { type DocumentKey } from '../document-key/document-key.js';
import { type Stamp } from '../protocol/stamp.js';
import { ask, type Step } from '../operations/operation.js';
import { type LocalResults } from '../operations/local-operation.js';

/** Which marks are old enough for their process to be dead. */
export interface SweepMarksOptions {
  readonly olderThanMs: number;
  readonly limit: number;
  /** Whether this process is carrying out the delete of that id: it finishes it itself. Default: never. */
  readonly isUnderWay?: (id: Stamp) => boolean;
}

/**
 * Finishes deletes whose process died between mark, tombstone and removal. Each step misses where the document was
 * written since, and repeating them is harmless.
 */
export function* sweepMarks({
  olderThanMs,
  limit,
  isUnderWay = () => false,
}: SweepMarksOptions): Step<readonly DocumentKey[]> {
  const found = yield* ask({ side: 'local', op: 'scanMarked', olderThanMs, limit });
  const marked = found.filter(({ id }) => !isUnderWay(id));
  for (const mark of marked) yield* finish(mark);
  return marked.map(({ key }) => key);
}

function* finish({ key, id, stamp, last }: LocalResults['scanMarked'][number]): Step<void> {
  yield* ask({ side: 'local', op: 'notePending', key, pending: id, base: stamp, last });
  const expected = { stamp, dirty: id, held: false };
  yield* ask({ side: 'local', op: 'remove', entries: [{ key, expected, deleting: true }] });
}
