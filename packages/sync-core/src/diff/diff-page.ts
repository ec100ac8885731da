import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { isLater } from '../protocol/stamp.js';
import { chooseFirst, type FirstWinner } from './choose-first.js';
import { chooseForPage } from './choose-for-page.js';
import { type ChosenSide } from './choose-side.js';
import { type Deletions } from './deletions.js';
import { joinPage } from './join-page.js';
import { type FoundKey, lookAtSome } from '../reconcile/look-at-some.js';
import { differing } from './differing.js';
import { repair, unseen } from './repair.js';

/** How a comparison of a collection goes on, whatever the page. */
export interface DiffRules {
  readonly collection: string;
  readonly pageSize: number;
  /** Compare only; change nothing. */
  readonly dryRun: boolean;
  /** Deletions without a tombstone that may be taken over before the comparison stops. */
  readonly maxUnexplainedDeletes: number;
  /** The deletions of its documents, as {@link allDeletions} tells them. Default: they are asked for with each page. */
  readonly deletions?: Deletions | null;
  /** Which side counts where Atlas is behind Local, or has lost what Local has. Default: the protocol's rules alone. */
  readonly choice?: ChosenSide;
  /** Whose state counts of what was never synced, at a first start. Default: the protocol's rules alone. */
  readonly first?: FirstWinner;
}

/** How far a comparison of a collection has come. It can be stored, and another process can go on from it. */
export interface DiffPlace {
  /** The last key that was compared: all up to it were, on both sides; null: none yet. */
  readonly after: DocumentKey | null;
  /** Deletions without a tombstone that were found before. */
  readonly goneCount: number;
}

/** What a page has shown, or all pages together. */
export interface DiffCounts {
  readonly comparedCount: number;
  readonly differentCount: number;
  readonly repairedCount: number;
}

/** A page that was compared. */
export interface DiffPage {
  readonly counts: DiffCounts;
  /** Keys that are not settled yet: to be looked at again. */
  readonly open: readonly DocumentKey[];
  /** Where the next page begins; null: there is none. */
  readonly next: DiffPlace | null;
  /** More deletions without a tombstone than the rules allow: the page was not compared to its end. */
  readonly isFuseBlown: boolean;
}

/** Where a comparison begins. */
export const diffStart: DiffPlace = { after: null, goneCount: 0 };

const NO_COUNTS: DiffCounts = { comparedCount: 0, differentCount: 0, repairedCount: 0 };

/**
 * Compares one page of a collection, in constant memory: the next keys of both sides. What plainly holds the same is only
 * counted, all others are looked at, and whatever differs is settled by the same rules as live changes.
 */
export function* diffPage(context: EngineContext, rules: DiffRules, place: DiffPlace): Step<DiffPage> {
  const { collection, pageSize: limit, choice, dryRun, deletions = null } = rules;
  const joined = yield* joinPage(context, { collection, after: place.after, limit, deletions });
  let counts: DiffCounts = { ...NO_COUNTS, comparedCount: joined.equalCount };
  let { goneCount } = place;
  const open: DocumentKey[] = [];
  for (let { rest } = joined; rest.length > 0;) {
    const { found, later } = yield* lookAtSome(context, rest, { limit, untouched: dryRun });
    rest = later;
    if (choice?.prefer !== 'local') goneCount += countGone(context, found);
    if (goneCount > rules.maxUnexplainedDeletes) return { counts, open, next: null, isFuseBlown: true };
    const isFirst = rules.first !== undefined && !dryRun;
    const differences = differing(context, isFirst ? yield* chooseFirst(context, found, rules.first) : found);
    if (choice && !dryRun) yield* chooseForPage(context, found, choice);
    const left = dryRun ? null : yield* repair(context, choice ? unseen(differences) : differences);
    if (left) open.push(...left);
    counts = addCounts(counts, {
      comparedCount: found.length,
      differentCount: differences.length,
      repairedCount: left ? differences.length - left.length : 0,
    });
  }
  const next = joined.next && { after: joined.next, goneCount };
  return { counts, open, next, isFuseBlown: false };
}

/** Adds up what two pages have shown. */
export function addCounts(a: DiffCounts, b: DiffCounts): DiffCounts {
  return {
    comparedCount: a.comparedCount + b.comparedCount,
    differentCount: a.differentCount + b.differentCount,
    repairedCount: a.repairedCount + b.repairedCount,
  };
}

/** How many deletions without a tombstone would be taken over: where nothing comes to Local, none. */
export function countGone(context: Pick<EngineContext, 'rulesFor'>, found: readonly FoundKey[]): number {
  return found.filter((each) => isGone(each) && !context.rulesFor(each.key).oneWay).length;
}

/** A clean document that Atlas had and has no more, with no tombstone to say why: an older one speaks of another life. */
function isGone({ view }: Pick<FoundKey, 'view'>): boolean {
  if (view?.local?.dirty !== null || view.local.stamp === null) return false;
  if (view.atlas !== null || view.localTombstone?.pending) return false;
  return view.atlasTombstone === null || isLater(view.local.stamp, view.atlasTombstone.stamp);
}
