import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { decide } from '../protocol/decide.js';
import { chooseForPage } from './choose-for-page.js';
import { type ChosenSide } from './choose-side.js';
import { type FoundKey, lookAtSome } from './look-at-some.js';
import { type Difference, repair } from './repair.js';

/** How a comparison goes on. */
export interface DiffOptions {
  readonly collection: string;
  readonly pageSize: number;
  /** Compare only; change nothing. */
  readonly dryRun: boolean;
  /** Deletions without a tombstone that may be taken over before the comparison stops. */
  readonly maxUnexplainedDeletes: number;
  /** Which side counts where Atlas is behind Local, or has lost what Local has. Default: the protocol's rules alone. */
  readonly choice?: ChosenSide;
  /** Heard after each page; answers whether to go on. */
  readonly onPage: (counts: DiffCounts) => boolean;
}

/** What a comparison has found so far. */
export interface DiffCounts {
  readonly comparedCount: number;
  readonly differentCount: number;
  readonly repairedCount: number;
}

/** How a comparison ended. */
export type DiffResult = DiffCounts & {
  readonly ended: 'complete' | 'stopped' | 'too-many-unexplained-deletes';
  /** Keys that are not settled yet: to be looked at again. */
  readonly open: readonly DocumentKey[];
};

/**
 * Compares a collection on both sides, page by page in constant memory: every key of Atlas, then every key of Local
 * that Atlas has not: the others were compared before, or come by the stream. (Where a later version need not have seen an
 * earlier one, what came since is compared, too.) Whatever differs is settled by the same rules as live changes.
 */
export function* diffCollection(context: EngineContext, options: DiffOptions): Step<DiffResult> {
  const { collection, pageSize: limit, choice, dryRun } = options;
  const all = choice?.historyLost ?? false;
  let counts: DiffCounts = { comparedCount: 0, differentCount: 0, repairedCount: 0 };
  let unexplained = 0;
  const open: DocumentKey[] = [];
  for (const side of ['atlas', 'local'] as const) {
    let after: DocumentKey | null = null;
    for (;;) {
      const page: readonly DocumentKey[] = yield* ask({ side, op: 'scanKeys', collection, after, limit });
      for (let rest = page; rest.length > 0;) {
        const { found, later } = yield* lookAtSome(rest, { side, all });
        rest = later;
        if (choice?.prefer !== 'local') unexplained += found.filter(isGone).length;
        if (unexplained > options.maxUnexplainedDeletes)
          return { ...counts, ended: 'too-many-unexplained-deletes', open };
        const differences = differencesIn(context, found);
        if (choice && !dryRun) yield* chooseForPage(context, found, choice);
        const left = dryRun ? null : yield* repair(context, differences);
        if (left) open.push(...left);
        counts = {
          comparedCount: counts.comparedCount + found.length,
          differentCount: counts.differentCount + differences.length,
          repairedCount: counts.repairedCount + (left ? differences.length - left.length : 0),
        };
      }
      if (!options.onPage(counts)) return { ...counts, ended: 'stopped', open };
      after = page.at(-1) ?? null;
      if (page.length < limit || after === null) break;
    }
  }
  return { ...counts, ended: 'complete', open };
}

function differencesIn(context: EngineContext, found: readonly FoundKey[]): readonly Difference[] {
  return found
    .map(({ key, view }) => ({ key, view, answer: view && decide(view, context.rulesFor(key)) }))
    .filter(({ answer }) => answer?.do !== 'nothing');
}

/** A clean document that Atlas had and has no more, with no tombstone to say why. */
function isGone({ view }: FoundKey): boolean {
  if (view?.local?.dirty !== null || view.local.stamp === null) return false;
  return view.atlas === null && view.atlasTombstone === null && !view.localTombstone?.pending;
}
