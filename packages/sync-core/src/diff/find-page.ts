import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { classify, type Classified } from './classify.js';
import { type DiffPlace, type DiffRules } from './diff-page.js';
import { joinPage } from './join-page.js';
import { type FoundKey, lookAtSome } from '../reconcile/look-at-some.js';

/** A key that differed at a look. What it is tells the next look: it may have been on its way. */
export interface Candidate {
  readonly key: DocumentKey;
  /** Names what both sides held; null: that changed during the look. */
  readonly signature: string | null;
}

/** What a page has shown at a first look. */
export interface FoundPage {
  readonly comparedCount: number;
  readonly candidates: readonly Candidate[];
  /** Where the next page begins; null: there is none. */
  readonly next: DiffPlace | null;
}

/** Compares one page of a collection, in constant memory, and changes nothing; the pages are those of `diffPage`. */
export function* findPage(context: EngineContext, rules: DiffRules, place: DiffPlace): Step<FoundPage> {
  const { collection, pageSize, scanSize: limit = pageSize, deletions = null } = rules;
  const joined = yield* joinPage(context, { ...place, collection, limit, deletions });
  const differing = [...joined.shown.map(({ key }) => key), ...joined.rest];
  const candidates = yield* findCandidates(context, differing, pageSize);
  const comparedCount = joined.equalCount + differing.length;
  const { next: after, isLocalRead } = joined;
  return { comparedCount, candidates, next: after && { ...place, after, isLocalRead } };
}

/** Looks at these keys, so many at once, and tells those that differ. */
export function* findCandidates(
  context: EngineContext,
  keys: readonly DocumentKey[],
  limit: number,
): Step<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (let rest = keys; rest.length > 0;) {
    const { found, later } = yield* lookAtSome(context, rest, { limit, untouched: true });
    rest = later;
    for (const { key, view } of found) {
      if (classifyFound(context, { key, view }) !== 'equal')
        candidates.push({ key, signature: view && signatureOf(context, key, view) });
    }
  }
  return candidates;
}

/** Names a key's difference by the rules that hold now; `moving`: it changed during the look. */
export function classifyFound(
  context: EngineContext,
  { key, view }: FoundKey,
): Classified | 'equal' | 'moving' {
  if (view === null) return 'moving';
  const rules = context.rulesFor(key);
  const mayPush = context.mayPush?.(key) ?? true;
  return classify(view, { answer: decide(view, rules), rules, mayPush }) ?? 'equal';
}

/** A short name of what both sides hold, for comparing two looks. */
export function signatureOf(context: EngineContext, key: DocumentKey, view: View): string {
  const { local, localTombstone, atlas, atlasTombstone } = view;
  return JSON.stringify([
    local && [local.stamp, local.dirty, local.held, local.deleting, context.digestOf(key, local.body)],
    localTombstone && [localTombstone.pending, localTombstone.stamp],
    atlas && [atlas.stamp, context.digestOf(key, atlas.body)],
    atlasTombstone?.stamp ?? null,
  ]);
}
