import { type View } from './state.js';

/**
 * Whether what the application wrote last is just what was there: as good as clean, unless an earlier write may have gone
 * out, as then going back to the base's bytes is a change.
 */
export function changesNothing({ local, sent }: Pick<View, 'local' | 'sent'>): boolean {
  return local !== null && local.dirty !== null && local.unchanged && local.stamp !== null && sent.size === 0;
}

/** Whether Local has nothing on top of the version that it builds on: it is clean, or what was written changes nothing. */
export function isAsClean(view: Pick<View, 'local' | 'sent'>): boolean {
  return view.local !== null && (view.local.dirty === null || changesNothing(view));
}
