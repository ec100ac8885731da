import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import {
  addCounts,
  type DiffCounts,
  type DiffPage,
  diffPage,
  type DiffPlace,
  type DiffRules,
  diffStart,
} from './diff-page.js';
import { repair } from './repair.js';

/** How a comparison goes on. */
export interface DiffOptions extends DiffRules {
  /** Heard after each page; answers whether to go on. */
  readonly onPage: (counts: DiffCounts) => boolean;
}

/** How a comparison ended. */
export type DiffResult = DiffCounts & {
  readonly ended: 'complete' | 'stopped' | 'too-many-unexplained-deletes';
  /** Keys that are not settled yet: to be looked at again. */
  readonly open: readonly DocumentKey[];
};

/** Compares a collection on both sides, page after page; see {@link diffPage}. What is gone from Atlas is taken over last. */
export function* diffCollection(context: EngineContext, { onPage, ...rules }: DiffOptions): Step<DiffResult> {
  let counts: DiffCounts = { comparedCount: 0, differentCount: 0, repairedCount: 0 };
  const [open, gone]: [DocumentKey[], DocumentKey[]] = [[], []];
  let place: DiffPlace | null = diffStart;
  while (place) {
    const page: DiffPage = yield* diffPage(context, rules, place);
    open.push(...page.open);
    gone.push(...page.gone);
    counts = addCounts(counts, page.counts);
    if (page.isFuseBlown) return { ...counts, ended: 'too-many-unexplained-deletes', open };
    if (!onPage(counts)) return { ...counts, ended: 'stopped', open };
    place = page.next;
  }
  const left = yield* repair(
    context,
    gone.map((key) => ({ key, view: null })),
  );
  counts = addCounts(counts, {
    comparedCount: 0,
    differentCount: 0,
    repairedCount: gone.length - left.length,
  });
  return { ...counts, ended: 'complete', open: [...open, ...left] };
}
