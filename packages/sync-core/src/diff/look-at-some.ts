import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { ask, type Step } from '../operations/operation.js';
import { type View } from '../protocol/state.js';
import { type Look, lookAt } from '../reconcile/look.js';

/** What was found for some keys of a page. */
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

/** How a page is looked at. */
export interface PageWish {
  readonly side: 'atlas' | 'local';
  /** Also those of Local's keys that Atlas has. */
  readonly all: boolean;
  /** Changes nothing at all. Default false. */
  readonly untouched?: boolean;
}

/** Looks at keys of a page, as many as fit; of Local's keys, unless `all` are asked for, only at those that Atlas has not. */
export function* lookAtSome(
  context: EngineContext,
  page: readonly DocumentKey[],
  { side, all, untouched = false }: PageWish,
): Step<Looked> {
  if (side === 'atlas' || all) return sorted(page, yield* lookAt(context, page, { untouched }));
  const stored = yield* ask({ side: 'atlas', op: 'readWithin', entries: page, maxBytes: BATCH_BYTES });
  const absent = page.filter((_, i) => stored[i] === null);
  const looked = sorted(absent, absent.length === 0 ? [] : yield* lookAt(context, absent, { untouched }));
  return { ...looked, later: [...looked.later, ...page.filter((_, i) => stored[i] === 'later')] };
}

function sorted(page: readonly DocumentKey[], looks: readonly Look[]): Looked {
  const later = page.filter((_, i) => looks[i] === 'later');
  const found = page.flatMap((key, i): readonly FoundKey[] => {
    const view = looks[i] ?? null;
    return view === 'later' ? [] : [{ key, view }];
  });
  return { found, later };
}
