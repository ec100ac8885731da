import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type PairedPages, type StatePage, type StatePair } from '../operations/scanned-state.js';
import { areNone, type Deletions } from './deletions.js';

/** A page of each side, behind the same key. */
export interface PagesToPair {
  readonly local: StatePage;
  readonly atlas: StatePage;
  /** Hears of each key whose bytes tell that both sides plainly hold the same. */
  readonly onSame?: (key: DocumentKey) => void;
}

/**
 * Both pages begin behind the same key: as far as their keys are the same one by one, neither side has others. Mostly their
 * bytes tell which of them hold the same; `onSame` hears of each of those.
 */
export function pairPages(
  { pushes }: Pick<EngineContext, 'pushes'>,
  known: Deletions,
  { local, atlas, onSame }: PagesToPair,
): PairedPages {
  const isOpen = (key: DocumentKey): boolean =>
    pushes.has(key) || known.local.has(key) || known.atlas.has(key);
  const isAnyOpen = pushes.areAny || !areNone(known);
  const heed = { isOpen: isAnyOpen ? isOpen : undefined, onSame };
  return local.pairWith?.(atlas, heed) ?? pairStates(local, atlas);
}

function pairStates(local: StatePage, atlas: StatePage): PairedPages {
  const unsure: StatePair[] = [];
  for (const [at, here] of local.states.entries()) {
    const there = atlas.states[at];
    if (there?.key !== here.key) break;
    unsure.push({ local: here, atlas: there });
  }
  const count = unsure.length;
  return {
    ...{ sameCount: 0, unsure, last: unsure.at(-1)?.local.key ?? null },
    ...{ local: behind(local, count), atlas: behind(atlas, count) },
  };
}

function behind({ states, isEnd }: StatePage, count: number): StatePage {
  return { states: states.slice(count), isEnd };
}
