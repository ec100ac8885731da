import {
  type Candidate,
  collectionOf,
  type DiffPlace,
  type DocumentKey,
  type EngineContext,
  findKeys,
  findPage,
  type FoundPage,
} from '@bomba/sync-core';
import { isPulled } from '../control/collection-choice.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type CollectionEnd, type CollectionRun, rulesOf } from './compare-collection.js';
import { compareStructure } from './compare-structure.js';
import { Examination } from './examination.js';
import { type FullSyncScope } from './full-sync-service.js';

const ignore = (): void => undefined;

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
    const page: FoundPage = await scope.lane.run(
      keys ? findKeys(context, { ...rules, keys }, place) : findPage(context, rules, place),
    );
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

/** What is paused for a while is compared all the same; what is not pulled by configuration may differ. */
function ofPaused({ options }: EngineParts, context: EngineContext): EngineContext {
  const oneWay = (key: DocumentKey): boolean => !isPulled(options, collectionOf(key));
  return { ...context, rulesFor: (key) => ({ ...context.rulesFor(key), oneWay: oneWay(key) }) };
}
