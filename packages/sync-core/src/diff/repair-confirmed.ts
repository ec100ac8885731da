import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { chooseForPage } from './choose-for-page.js';
import { type ChosenSide } from './choose-side.js';
import { type Confirmed } from './confirm-page.js';
import { differing } from './differing.js';
import { repair, unseen } from './repair.js';

/**
 * Settles what was confirmed, by the rules of this context, which may be those of one direction, and by the operator's
 * choice where there is one. Returns what is not settled yet.
 */
export function* repairConfirmed(
  context: EngineContext,
  confirmed: readonly Confirmed[],
  choice?: ChosenSide,
): Step<readonly DocumentKey[]> {
  if (confirmed.length === 0) return [];
  if (choice) yield* chooseForPage(context, confirmed, choice);
  // They were looked at without changing anything: ids that a write shares with others are not put right yet.
  return yield* repair(context, unseen(differing(context, confirmed)));
}
