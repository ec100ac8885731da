import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { SyncError } from '../errors/sync-error.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { decide } from '../protocol/decide.js';
import { type AtlasDocument, type View } from '../protocol/state.js';
import { applyStates } from '../pull/apply-states.js';
import { type Look, lookAt } from '../reconcile/look.js';
import { reconcile } from '../reconcile/reconcile.js';
import { type ChosenSide, chooseSide } from './choose-side.js';

const MAX_LOOKS = 100;

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
      for (let rest = page; rest.length > 0;) {
        const { keys, views, later } = yield* lookAtSome(rest, { side, choice: options.choice });
        rest = later;
        const different = keys.filter((_, i) => differs(context, keys[i], views[i] ?? null));
        if (options.choice?.prefer !== 'local') unexplained += views.filter(isGone).length;
        if (unexplained > options.maxUnexplainedDeletes) {
          return { ...counts, ended: 'too-many-unexplained-deletes', open };
        }
        if (!options.dryRun) yield* choose(context, { keys, views }, options);
        const left = options.dryRun ? different : yield* repair(context, { keys, views, different });
        if (!options.dryRun) open.push(...left);
        counts = {
          comparedCount: counts.comparedCount + keys.length,
          differentCount: counts.differentCount + different.length,
          repairedCount: counts.repairedCount + different.length - left.length,
        };
      }
      if (!options.onPage(counts)) return { ...counts, ended: 'stopped', open };
      after = page.at(-1) ?? null;
      if (page.length < limit || after === null) break;
    }
  }
  return { ...counts, ended: 'complete', open };
}

interface Looked {
  readonly keys: readonly DocumentKey[];
  readonly views: readonly (View | null)[];
  /** What did not fit into memory with these. */
  readonly later: readonly DocumentKey[];
}

/**
 * Of Local's keys only those that Atlas has not: the others were compared before, or come by the stream. Where a later
 * version need not have seen an earlier one, what came since is compared, too.
 */
function* lookAtSome(
  page: readonly DocumentKey[],
  { side, choice }: { readonly side: 'atlas' | 'local'; readonly choice: ChosenSide | undefined },
): Step<Looked> {
  if (side === 'atlas' || choice?.historyLost) return sorted(page, yield* lookAt(page));
  const found = yield* ask({ side: 'atlas', op: 'readWithin', entries: page, maxBytes: BATCH_BYTES });
  const absent = page.filter((_, i) => found[i] === null);
  const looked = sorted(absent, absent.length === 0 ? [] : yield* lookAt(absent));
  return { ...looked, later: [...looked.later, ...page.filter((_, i) => found[i] === 'later')] };
}

function sorted(page: readonly DocumentKey[], looks: readonly Look[]): Looked {
  return {
    keys: page.filter((_, i) => looks[i] !== 'later'),
    views: looks.filter((look) => look !== 'later'),
    later: page.filter((_, i) => looks[i] === 'later'),
  };
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

function* choose(
  context: EngineContext,
  { keys, views }: { readonly keys: readonly DocumentKey[]; readonly views: readonly (View | null)[] },
  { choice }: DiffOptions,
): Step<void> {
  if (!choice) return;
  for (const [i, key] of keys.entries()) {
    const view = views[i] ?? (yield* lookUntilSeen(key));
    yield* chooseSide(context, key, { view, choice });
  }
}

/** A key that changes while it is looked at must not be settled without the choice. */
function* lookUntilSeen(key: DocumentKey): Step<View> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const [view] = yield* lookAt([key]);
    if (view && view !== 'later') return view;
  }
  throw new SyncError('SYNC_WRITE_TRANSIENT', 'A document changes too often to be compared.');
}

/**
 * Settles what differs: plain states of Atlas in one bulk, as a first start takes all of a collection, the rest by a
 * look at each. Returns what is not settled yet.
 */
function* repair(
  context: EngineContext,
  found: Pick<Looked, 'keys' | 'views'> & { readonly different: readonly DocumentKey[] },
): Step<readonly DocumentKey[]> {
  const plain = plainStates(context, found);
  const notTaken = yield* applyStates(context, plain);
  const rest = [...found.different.filter((key) => !plain.has(key)), ...notTaken];
  if (rest.length === 0) return [];
  const { waiting, unsettled } = yield* reconcile(context, rest);
  return [...waiting, ...unsettled];
}

/** States that Local is to take as they are, and that no deletion says anything about. */
function plainStates(
  context: EngineContext,
  { keys, views }: Pick<Looked, 'keys' | 'views'>,
): ReadonlyMap<DocumentKey, AtlasDocument> {
  const states = new Map<DocumentKey, AtlasDocument>();
  for (const [i, key] of keys.entries()) {
    const view = views[i] ?? null;
    if (!view?.atlas || view.atlasTombstone || view.localTombstone) continue;
    const answer = decide(view, context.rulesFor(key));
    if (answer.do === 'takeAtlas' && !answer.keepLoser) states.set(key, view.atlas);
  }
  return states;
}
