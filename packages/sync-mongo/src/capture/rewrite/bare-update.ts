import { type Fields } from './fields.js';
import { ownOperators } from './operator-update.js';
import { SYNC_META } from './sync-meta.js';

/**
 * An update that takes the metadata away from what it writes, for a collection whose validator refuses it; what is
 * malformed stays as it is, so that the server can say so.
 */
export function bareUpdate(update: unknown): unknown {
  if (Array.isArray(update)) return update.length === 0 ? update : [...(update as Fields[]), BARE_STAGE];
  const operators = ownOperators(update);
  return operators ? { ...operators, $unset: { ...operators['$unset'], [SYNC_META]: '' } } : update;
}

const BARE_STAGE = { $unset: SYNC_META };
