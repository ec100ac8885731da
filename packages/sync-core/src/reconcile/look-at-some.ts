import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { type View } from '../protocol/state.js';
import { lookAt } from './look.js';

/** What was found for some keys. */
export interface Looked {
  readonly found: readonly FoundKey[];
  /** What did not fit into memory with these. */
  readonly later: readonly DocumentKey[];
}

/** A key, and what both sides hold for it; null where that changed while it was looked at. */
export interface FoundKey {
  readonly key: DocumentKey;
  readonly view: View | null;
}

/** How keys are looked at. */
export interface LookWish {
  /** How many at once. */
  readonly limit: number;
  /** Changes nothing at all. */
  readonly untouched: boolean;
}

/** Looks at the first of these keys, as many as fit. */
export function* lookAtSome(
  context: EngineContext,
  keys: readonly DocumentKey[],
  { limit, untouched }: LookWish,
): Step<Looked> {
  const page = keys.slice(0, limit);
  const looks = yield* lookAt(context, page, { untouched });
  const later = page.filter((_, i) => looks[i] === 'later');
  const found = page.flatMap((key, i): readonly FoundKey[] => {
    const view = looks[i] ?? null;
    return view === 'later' ? [] : [{ key, view }];
  });
  return { found, later: [...later, ...keys.slice(limit)] };
}
