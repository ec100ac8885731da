import { vouchFor } from '../../audit/vouched-writes.js';
import { type Fields, fieldsOf } from '../rewrite/fields.js';
import { narrow } from '../rewrite/pinned-id.js';
import { isSpoiled } from '../rewrite/sound-meta.js';
import { SYNC_META } from '../rewrite/sync-meta.js';
import { isInTransaction, optionsOf, sendingOptions } from './call-options.js';
import { type WriteTarget } from './write-target.js';

/** What a write is to match, and the options that its filter needs. */
export interface Matching {
  readonly filter: unknown;
  readonly collation?: unknown;
  readonly hint?: unknown;
}

/** A transaction that has failed holds nothing for longer; whoever does is not waited for. */
const PATIENCE_MS = 1_000;

/**
 * Takes away what a foreign hand has left in the place of the metadata, where it is no document, of all that writes match:
 * a mark can be set then. What is not written afterwards counts as written past capture, and is found as such. Outside of
 * the caller's transaction, which has failed by then. Answers how many documents it healed; 0 where it cannot tell.
 */
export async function healSpoiled(
  { driver }: WriteTarget,
  writes: readonly Matching[],
  options: unknown,
): Promise<number> {
  const variables = optionsOf(options)['let'];
  const sent = {
    ...(isInTransaction(options) ? { maxTimeMS: PATIENCE_MS } : sendingOptions(options)),
    ...(variables ? { let: variables } : {}),
  };
  const operations = writes.map((write) => ({ updateMany: healing(write) }));
  if (operations.length === 0) return 0;
  try {
    const heal = (): Promise<{ readonly modifiedCount: number }> =>
      driver.bulkWrite(operations as never[], { ...sent, ordered: false });
    return (await vouchFor(heal)).modifiedCount;
  } catch {
    return 0;
  }
}

function healing({ filter, collation, hint }: Matching): Fields {
  return {
    filter: narrow(fieldsOf(filter) ?? {}, '$expr', isSpoiled),
    update: { $unset: { [SYNC_META]: '' } },
    ...(collation ? { collation } : {}),
    ...(hint ? { hint } : {}),
  };
}
