import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { isAsClean } from '../protocol/changes-nothing.js';
import { isLater, latest } from '../protocol/stamp.js';
import { chooseFirst, type FirstWinner } from './choose-first.js';
import { chooseForPage } from './choose-for-page.js';
import { type ChosenSide } from './choose-side.js';
import { type Deletions } from './deletions.js';
import { type JoinedPage, joinPage } from './join-page.js';
import { type FoundKey, lookAtSome } from '../reconcile/look-at-some.js';
import { differing } from './differing.js';
import { repair, unseen } from './repair.js';
import { shownView } from './shown-view.js';

/** How a comparison of a collection goes on, whatever the page. */
export interface DiffRules {
  readonly collection: string;
  /** How many keys are looked at, and settled, at once. */
  readonly pageSize: number;
  /** How many documents are read of each side at once. Default: `pageSize`. */
  readonly scanSize?: number;
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
  /**
   * Nothing is pulled before the comparison is over: whatever becomes of a state on Atlas after its page was read comes by the
   * stream then. Default false.
   */
  readonly isPullWaiting?: boolean;
}

/** How far a comparison of a collection has come. It can be stored, and another process can go on from it. */
export interface DiffPlace {
  /** The last key that was compared: all up to it were, on both sides; null: none yet. */
  readonly after: DocumentKey | null;
  /** Deletions without a tombstone that were found before. */
  readonly goneCount: number;
  /** Local had nothing behind that: whoever goes on from here later asks it again. */
  readonly isLocalRead?: boolean;
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
  /**
   * Gone from Atlas without a tombstone, and left as they are, where a fuse holds: to be looked at again only once the whole
   * collection has shown no more of them than the rules allow.
   */
  readonly gone: readonly DocumentKey[];
  /** Where the next page begins; null: there is none. */
  readonly next: DiffPlace | null;
  /** More deletions without a tombstone than the rules allow: what came after that was not compared. */
  readonly isFuseBlown: boolean;
}

/** Where a comparison begins. */
export const diffStart: DiffPlace = { after: null, goneCount: 0 };

const NO_COUNTS: DiffCounts = { comparedCount: 0, differentCount: 0, repairedCount: 0 };

/**
 * Compares one page of a collection, in constant memory: the next keys of both sides. What plainly holds the same is only
 * counted, all others are looked at, where the page itself is not as good as a look, and whatever differs is settled by the
 * same rules as live changes.
 */
export function* diffPage(context: EngineContext, rules: DiffRules, place: DiffPlace): Step<DiffPage> {
  const { collection, pageSize, scanSize: limit = pageSize, deletions = null } = rules;
  const joined = yield* joinPage(context, { ...place, collection, limit, deletions });
  const shown = seenIn(context, rules, joined);
  return yield* context.pushes.turns.during(
    shown.others,
    settlePage(context, rules, { place, joined, ...shown }),
  );
}

interface PageToSettle extends SeenPage {
  readonly place: DiffPlace;
  readonly joined: JoinedPage;
}

function* settlePage(
  context: EngineContext,
  rules: DiffRules,
  { place, joined, seen, others }: PageToSettle,
): Step<DiffPage> {
  const { pageSize: limit, dryRun } = rules;
  let counts: DiffCounts = { ...NO_COUNTS, comparedCount: joined.equalCount };
  let { goneCount } = place;
  const [open, gone]: [DocumentKey[], DocumentKey[]] = [[], []];
  for (let [shown, rest] = [seen, others]; shown.length + rest.length > 0; shown = shown.slice(limit)) {
    let found: readonly FoundKey[] = shown.slice(0, limit);
    if (found.length === 0)
      ({ found, later: rest } = yield* lookAtSome(context, rest, { limit, untouched: dryRun }));
    if (rules.choice?.prefer !== 'local') goneCount += countGone(context, found);
    if (goneCount > rules.maxUnexplainedDeletes) {
      const differentCount = differing(context, found).length;
      counts = addCounts(counts, { comparedCount: found.length, differentCount, repairedCount: 0 });
      return { counts, open, gone, next: null, isFuseBlown: true };
    }
    const { aside, rest: present } = setAside(context, rules, found);
    gone.push(...aside);
    const settled = yield* settleFound(context, rules, present);
    open.push(...settled.open);
    counts = addCounts(counts, settled.counts);
    counts = addCounts(counts, {
      comparedCount: aside.length,
      differentCount: aside.length,
      repairedCount: 0,
    });
  }
  const next = joined.next && { after: joined.next, isLocalRead: joined.isLocalRead, goneCount };
  return { counts, open, gone, next, isFuseBlown: false };
}

/** What the page itself has shown as well as a look would, and the keys of the rest. */
interface SeenPage {
  readonly seen: readonly FoundKey[];
  readonly others: readonly DocumentKey[];
}

function seenIn(
  context: EngineContext,
  { isPullWaiting = false, choice }: DiffRules,
  { shown, rest }: JoinedPage,
): SeenPage {
  const seen: FoundKey[] = [];
  const others: DocumentKey[] = [];
  for (const one of shown) {
    const view = isPullWaiting && !choice ? shownView(context, one) : null;
    if (view) seen.push({ key: one.key, view });
    else others.push(one.key);
  }
  return { seen, others: [...others, ...rest] };
}

/** Settles what differs of keys that were seen, unless nothing is to be changed. */
function* settleFound(
  context: EngineContext,
  { first, choice, dryRun }: DiffRules,
  found: readonly FoundKey[],
): Step<Pick<DiffPage, 'counts' | 'open'>> {
  const differences = differing(
    context,
    first && !dryRun ? yield* chooseFirst(context, found, first) : found,
  );
  if (choice && !dryRun) yield* chooseForPage(context, found, choice);
  const left = dryRun ? null : yield* repair(context, choice ? unseen(differences) : differences);
  const [comparedCount, differentCount] = [found.length, differences.length];
  const repairedCount = left ? differentCount - left.length : 0;
  return { counts: { comparedCount, differentCount, repairedCount }, open: left ?? [] };
}

/** What is gone from Atlas waits for the fuse, where there is one. */
export function setAside<Found extends FoundKey>(
  context: Pick<EngineContext, 'rulesFor'>,
  { maxUnexplainedDeletes, choice, dryRun }: Pick<DiffRules, 'maxUnexplainedDeletes' | 'choice' | 'dryRun'>,
  found: readonly Found[],
): { readonly aside: readonly DocumentKey[]; readonly rest: readonly Found[] } {
  if (dryRun || choice || maxUnexplainedDeletes === Number.POSITIVE_INFINITY)
    return { aside: [], rest: found };
  const aside = goneIn(context, found).map(({ key }) => key);
  if (aside.length === 0) return { aside, rest: found };
  const gone = new Set(aside);
  return { aside, rest: found.filter(({ key }) => !gone.has(key)) };
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
  return goneIn(context, found).length;
}

function goneIn<Found extends FoundKey>(
  context: Pick<EngineContext, 'rulesFor'>,
  found: readonly Found[],
): readonly Found[] {
  return found.filter((each) => isGone(each) && !context.rulesFor(each.key).oneWay);
}

/**
 * A document as good as clean that Atlas had and has no more, with nothing to say why: a deletion that is older than its
 * version speaks of another life, be it Atlas' or one of Local that was never carried out, and is given up.
 */
function isGone({ view }: Pick<FoundKey, 'view'>): boolean {
  if (!view?.local || view.local.stamp === null || view.atlas !== null) return false;
  if (!isAsClean(view)) return false;
  return isLater(view.local.stamp, latest(view.localTombstone?.pending, view.atlasTombstone?.stamp));
}
