import { type DocumentKey } from '../document-key/document-key.js';
import { type Stamp } from '../protocol/stamp.js';
import { ask, type Step } from '../operations/operation.js';
import { type LocalResults } from '../operations/local-operation.js';
import { type MarkWatch } from './mark-watch.js';

/** Which marks are old enough for their process to be dead. */
export interface SweepMarksOptions {
  /** What earlier sweeps have seen. */
  readonly watch: MarkWatch;
  /** Of a clock that never goes back. */
  readonly nowMs: number;
  /** How many marks are read at once, and how many finished in one sweep. */
  readonly limit: number;
  /** Whether this process is carrying out the delete of that id: it finishes it itself. Default: never. */
  readonly isUnderWay?: (id: Stamp) => boolean;
}

/**
 * Finishes deletes whose process died between mark, tombstone and removal: those whose marks an earlier sweep has seen
 * so long ago. Each step misses where the document was written since, and repeating them is harmless.
 */
export function* sweepMarks(options: SweepMarksOptions): Step<readonly DocumentKey[]> {
  const { watch, nowMs, limit, isUnderWay = () => false } = options;
  const dead = watch.old(nowMs).filter((id) => !isUnderWay(id));
  const marked = dead.length > 0 ? yield* ask({ side: 'local', op: 'scanMarked', among: dead, limit }) : [];
  for (const mark of marked) yield* finish(mark);
  if (marked.length < limit) forgetOthers(watch, { dead, marked });
  yield* discover(options);
  return marked.map(({ key }) => key);
}

type Marked = LocalResults['scanMarked'];

function* finish({ key, id, stamp, last }: Marked[number]): Step<void> {
  yield* ask({ side: 'local', op: 'notePending', key, pending: id, base: stamp, last });
  const expected = { stamp, dirty: id, held: false };
  yield* ask({ side: 'local', op: 'remove', entries: [{ key, expected, deleting: true }] });
}

/** A mark that was there stays watched until it is seen gone: its document may be locked, or have moved on. */
function forgetOthers(
  watch: MarkWatch,
  { dead, marked }: { readonly dead: readonly Stamp[]; readonly marked: Marked },
): void {
  const there = new Set(marked.map(({ id }) => id));
  for (const id of dead) if (!there.has(id)) watch.forget(id);
}

/** What is watched is left out of each page, so that however many marks of deletes at work hide no dead one. */
function* discover({ watch, nowMs, limit }: SweepMarksOptions): Step<void> {
  for (let isLast = false; !isLast && !watch.isFull;) {
    const page = yield* ask({ side: 'local', op: 'scanMarked', except: watch.ids, limit });
    for (const { id } of page) watch.see(id, nowMs);
    isLast = page.length < limit;
  }
}
