import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { expectedOf } from '../reconcile/expected.js';
import { lookAt } from '../reconcile/look.js';
import { reconcile } from '../reconcile/reconcile.js';

/** How a comparison goes on. */
export interface DiffOptions {
  readonly collection: string;
  readonly pageSize: number;
  /** Compare only; change nothing. */
  readonly dryRun: boolean;
  readonly mayPush?: boolean;
  /** Deletions without a tombstone that may be taken over before the comparison stops. */
  readonly maxUnexplainedDeletes: number;
  /** Puts clean documents that are gone from Atlas back there, as the operator chose Local. Default false. */
  readonly restoreGone?: boolean;
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
 * that Atlas has not. Whatever differs is looked at and settled by the same rules as live changes.
 */
export function* diffCollection(context: EngineContext, options: DiffOptions): Step<DiffResult> {
  let counts: DiffCounts = { comparedCount: 0, differentCount: 0, repairedCount: 0 };
  let unexplained = 0;
  const open: DocumentKey[] = [];
  for (const side of ['atlas', 'local'] as const) {
    let after: DocumentKey | null = null;
    for (;;) {
      const { collection, pageSize: limit } = options;
      const page: readonly DocumentKey[] = yield* ask({ side, op: 'scanKeys', collection, after, limit });
      const { keys, views } = yield* lookAtPage(page, side);
      const different = keys.filter((_, i) => differs(context, keys[i], views[i] ?? null));
      if (options.restoreGone && !options.dryRun) yield* markGone(context, keys, views);
      else unexplained += keys.filter((_, i) => isGone(views[i] ?? null)).length;
      if (unexplained > options.maxUnexplainedDeletes) {
        return { ...counts, ended: 'too-many-unexplained-deletes', open };
      }
      const left = options.dryRun ? different : yield* repair(context, different, options);
      if (!options.dryRun) open.push(...left);
      counts = {
        comparedCount: counts.comparedCount + keys.length,
        differentCount: counts.differentCount + different.length,
        repairedCount: counts.repairedCount + different.length - left.length,
      };
      if (!options.onPage(counts)) return { ...counts, ended: 'stopped', open };
      after = page.at(-1) ?? null;
      if (page.length < limit || after === null) break;
    }
  }
  return { ...counts, ended: 'complete', open };
}

/** Of Local's keys only those that Atlas has not: the others were compared before. */
function* lookAtPage(
  page: readonly DocumentKey[],
  side: 'atlas' | 'local',
): Step<{ readonly keys: readonly DocumentKey[]; readonly views: readonly (View | null)[] }> {
  if (page.length === 0) return { keys: [], views: [] };
  if (side === 'atlas') return { keys: page, views: yield* lookAt(page) };
  const stamps = yield* ask({ side: 'atlas', op: 'readDocuments', entries: page });
  const keys = page.filter((_, i) => stamps[i] === null);
  return { keys, views: keys.length === 0 ? [] : yield* lookAt(keys) };
}

function differs(context: EngineContext, key: DocumentKey | undefined, view: View | null): boolean {
  if (key === undefined || view === null) return true;
  return decide(view, context.rulesFor(key)).do !== 'nothing';
}

/** A clean document that Atlas had and has no more, with no tombstone to say why. */
function isGone(view: View | null): boolean {
  if (view?.local?.dirty !== null || view.local.stamp === null) return false;
  return view.atlas === null && view.atlasTombstone === null && !view.localTombstone?.pending;
}

/**
 * Makes clean documents that are gone from Atlas dirty, so that they are pushed as new. Their digests go, as with them
 * they would count as unchanged, and be cleared instead.
 */
function* markGone(
  context: EngineContext,
  keys: readonly DocumentKey[],
  views: readonly (View | null)[],
): Step<void> {
  const entries = keys.flatMap((key, i) => {
    const view = views[i] ?? null;
    if (!isGone(view) || !view?.local) return [];
    const { stamp, info } = view.local;
    const base = stamp === null ? {} : { base: { stamp, digest: null, info } };
    return [{ key, expected: expectedOf(view.local), set: { ...base, dirty: context.newId() } }];
  });
  if (entries.length > 0) yield* ask({ side: 'local', op: 'amend', entries });
}

/** Settles what differs; returns what is not settled yet. */
function* repair(
  context: EngineContext,
  keys: readonly DocumentKey[],
  { mayPush = true }: DiffOptions,
): Step<readonly DocumentKey[]> {
  if (keys.length === 0) return [];
  const { waiting, unsettled } = yield* reconcile(context, keys, { mayPush });
  return [...waiting, ...unsettled];
}
