import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { chooseFirst } from './choose-first.js';
import { chooseForPage } from './choose-for-page.js';
import { type Confirmed } from './confirm-page.js';
import { type DiffRules } from './diff-page.js';
import { differing } from './differing.js';
import { repair, unseen } from './repair.js';

/**
 * Settles what was confirmed, by the rules of this context, which may be those of one direction, and by the operator's
 * choice, and by that of a first start, where there are any. Returns what is not settled yet.
 */
export function* repairConfirmed(
  context: EngineContext,
  confirmed: readonly Confirmed[],
  { choice, first }: Pick<DiffRules, 'choice' | 'first'> = {},
): Step<readonly DocumentKey[]> {
  if (confirmed.length === 0) return [];
  const found = first ? yield* chooseFirst(context, confirmed, first) : confirmed;
  if (choice) yield* chooseForPage(context, found, choice);
  // They were looked at without changing anything: ids that a write shares with others are not put right yet.
  return yield* repair(context, unseen(differing(context, found)));
}
