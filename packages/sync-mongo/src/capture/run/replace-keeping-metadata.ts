import { type Fields } from '../rewrite/fields.js';
import { markInsert } from '../rewrite/insert.js';
import { namesAnotherId } from '../rewrite/named-id.js';
import { narrow, pinnedId } from '../rewrite/pinned-id.js';
import { replacementPipeline } from '../rewrite/replacement.js';
import { DIRTY, STAMP } from '../rewrite/sync-meta.js';
import { isInTransaction } from './call-options.js';
import { isDuplicateKey } from './server-error.js';
import { type WriteId } from './write-id.js';

const MAX_ATTEMPTS = 3;

/** The two commands that a replacement is made of, in the caller's form. */
export interface ReplaceCommands<Result> {
  /** Updates one document by a pipeline, without inserting. */
  update(filter: unknown, pipeline: readonly Fields[]): Promise<Result>;
  /** Whether that found a document. */
  matched(result: Result): boolean;
  /** A plain replacement. */
  replace(filter: unknown, document: Fields, upsert: boolean): Promise<Result>;
}

/** A replacement of the application. */
export interface Replacement<Result> {
  readonly collection: string;
  readonly filter: unknown;
  readonly fields: Fields;
  readonly upsert: boolean;
  readonly options: unknown;
  readonly id: WriteId;
  readonly commands: ReplaceCommands<Result>;
}

/**
 * Replaces a document but for its metadata; where none matches and the caller wants an upsert, inserts one. The insertion
 * is a plain upsert that matches no document with a base, so it keeps the order of fields and can lose no base; one that
 * has come between makes it fail on the key, or is updated at the next attempt.
 */
export async function replaceKeepingMetadata<Result>(replacement: Replacement<Result>): Promise<Result> {
  const { collection, filter, fields, upsert, options, id, commands } = replacement;
  const isOtherId = namesAnotherId({ collection, filter, fields });
  const condition = isOtherId ? { $and: [filter, { _id: fields['_id'] }] } : filter;
  const document = markInsert(fields, id.binary) ?? fields;
  for (let attempt = 1; ; attempt++) {
    let result = await commands.update(condition, replacementPipeline(fields, id.binary));
    if (commands.matched(result)) return result;
    if (isOtherId) result = await refuseOtherDocument(replacement, document);
    if (!upsert) return result;
    try {
      return await commands.replace(withoutBase(filter), document, true);
    } catch (error) {
      if (!isDuplicateKey(error) || isInTransaction(options) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/**
 * The filter, for documents without a base. With the key pinned it demands that there is no mark either, so that an
 * index on all three serves it; what has come between then stops the insertion by its key.
 */
export function withoutBase(filter: unknown): Fields {
  const baseless = narrow(filter, STAMP, null);
  return pinnedId(filter) === undefined ? baseless : narrow(baseless, DIRTY, null);
}

/** The server refuses to change an `_id`; where the filter matches nothing, neither does this. */
function refuseOtherDocument<Result>(
  { filter, fields, commands }: Replacement<Result>,
  document: Fields,
): Promise<Result> {
  return commands.replace({ $and: [filter, { _id: { $ne: fields['_id'] } }] }, document, false);
}
