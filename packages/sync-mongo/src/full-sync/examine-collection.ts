import {
  type Candidate,
  collectionOf,
  type DiffPlace,
  type DocumentKey,
  type EngineContext,
  findCandidates,
  findPage,
  type FoundPage,
} from '@bomba/sync-core';
import { isPulled } from '../control/collection-choice.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type CollectionEnd, type CollectionRun, PAGE_SIZE, rulesOf } from './compare-collection.js';
import { compareStructure } from './compare-structure.js';
import { Examination } from './examination.js';
import { type FullSyncScope } from './full-sync-service.js';
import { type KeysToCompare, unsureAmong } from './unsure-among.js';

const ignore = (): void => undefined;

/** How many keys that are named are read at once. */
const KEYS_AT_ONCE = 2_000;
/** How many keys a run has in memory before it looks at them again. */
const MAX_OPEN = 5_000;
/** After so long with something that differed, that is looked at again before more is compared: the place stays behind it. */
const CONFIRM_AFTER_MS = 30_000;

/**
 * Compares one collection for somebody who wants to know: a difference counts only where it is there, and the same, at a
 * second look. What is confirmed is repaired, unless it is a dry run, and looked at until it is settled. The place that is
 * written down stays behind all that.
 */
export async function examineCollection(
  parts: EngineParts,
  scope: FullSyncScope,
  at: CollectionRun,
): Promise<CollectionEnd> {
  const { collection, progress, keys } = at;
  const context = ofPaused(parts, scope.lane.context);
  progress.enter(collection, 'comparing');
  const sides = { local: scope.link.localDb, atlas: scope.link.greeting.db };
  const structure = compareStructure(sides, { collection, indexes: parts.options.indexes });
  structure.catch(ignore); // heard of behind the first page
  const note = (found: Awaited<typeof structure>): void => {
    if (found) progress.structure(collection, found);
  };
  const rules = await rulesOf(parts, scope, at);
  const examination = new Examination(parts, scope, { ...at, context, rules, goneCount: at.start.goneCount });
  const { clock } = parts.options;
  let candidates: Candidate[] = [];
  let confirmedAtMs = clock.monotonic();
  for (let place: DiffPlace | null = at.start; place;) {
    const page: FoundPage = keys
      ? await findAmong(scope, context, { collection, keys, place })
      : await scope.lane.run(findPage(context, rules, place));
    note(await structure);
    progress.add(collection, { comparedCount: page.comparedCount });
    candidates.push(...page.candidates);
    place = page.next;
    const isLate = clock.monotonic() - confirmedAtMs >= CONFIRM_AFTER_MS;
    if (candidates.length > 0 && (place === null || isLate || candidates.length >= MAX_OPEN)) {
      progress.enter(collection, 'confirming');
      const ended = await examination.confirm(candidates);
      progress.enter(collection, 'comparing');
      if (ended !== 'complete') return ended;
      candidates = [];
    }
    if (place === null) {
      progress.enter(collection, 'confirming');
      const ended = await examination.takeOverGone();
      if (ended !== 'complete') return ended;
    }
    if (candidates.length === 0) {
      confirmedAtMs = clock.monotonic();
      progress.reach({ collection, next: place && { ...place, goneCount: examination.goneCount } });
    }
    if (!(await progress.checkpoint())) return 'cancelled';
  }
  return 'complete';
}

/** As `findPage`, but of these keys alone, in their order. */
async function findAmong(
  scope: FullSyncScope,
  context: EngineContext,
  { collection, keys, place }: KeysToCompare & { readonly place: DiffPlace },
): Promise<FoundPage> {
  const from = place.after === null ? 0 : keys.indexOf(place.after) + 1;
  const page = keys.slice(from, from + KEYS_AT_ONCE);
  const unsure = await unsureAmong(scope, context, { collection, keys: page });
  const candidates = await scope.lane.run(findCandidates(context, unsure, PAGE_SIZE));
  const last = from + page.length < keys.length ? page.at(-1) : undefined;
  return {
    comparedCount: page.length,
    candidates,
    next: last === undefined ? null : { ...place, after: last },
  };
}

/** What is paused for a while is compared all the same; what is not pulled by configuration may differ. */
function ofPaused({ options }: EngineParts, context: EngineContext): EngineContext {
  const oneWay = (key: DocumentKey): boolean => !isPulled(options, collectionOf(key));
  return { ...context, rulesFor: (key) => ({ ...context.rulesFor(key), oneWay: oneWay(key) }) };
}
