import {
  type DiffPage,
  diffPage,
  type DiffPlace,
  type DiffRules,
  diffStart,
  type DocumentKey,
  type EngineContext,
  type Step,
} from '@bomba/sync-core';
import { type Branch } from './branch.js';
import { type World } from './world.js';

interface Comparing {
  readonly context: EngineContext;
  readonly rules: Omit<DiffRules, 'maxUnexplainedDeletes' | 'choice'>;
}

/** Where the stream goes on behind a comparison, and what that has left open. */
interface Compared {
  readonly from: number;
  readonly open: readonly DocumentKey[];
}

/**
 * Compares both sides by what the operator chose after a restore of Atlas. Where that was broken off it goes on behind a page
 * that was done, and the stream from where it was opened before the first.
 */
export function* carryOutChoice(
  { scenario, atlas, random, mutant }: World,
  branch: Branch,
  { context, rules }: Comparing,
): Step<Compared> {
  const now = atlas.events.length;
  const begun = branch.choosing ?? { from: now, next: diffStart, open: [] };
  const from = mutant?.name === 'a choice goes on with the stream of now' ? now : begun.from;
  const open = [...begun.open];
  for (let place: DiffPlace | null = { ...begun.next, isLocalRead: false }; place;) {
    const page: DiffPage = yield* diffPage(
      { ...context, isGoneForGood: () => true },
      {
        ...rules,
        maxUnexplainedDeletes: Number.POSITIVE_INFINITY,
        choice: { prefer: scenario.restoring ?? 'local', historyLost: true },
      },
      place,
    );
    open.push(...page.open);
    place = page.next;
    if (place && random.chance(0.7)) branch.choosing = { from, next: place, open: [...open] };
  }
  return { from, open };
}
