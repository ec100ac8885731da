import { type Fields } from '../rewrite/fields.js';
import { notYetWritten, writtenBy } from '../rewrite/not-yet-written.js';
import { lookOptions } from './call-options.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/** What is left of an update of many that the server stopped in the middle. */
export interface RestOfMany {
  /** Matches what it has not written yet. */
  readonly filter: Fields;
  /** How many documents it has written. */
  readonly writtenCount: number;
  /** What has written something has found it: the rest inserts nothing. */
  readonly options: { readonly upsert?: false };
}

/** Looks up how far an update of many has come, so that what it has written is not written twice. */
export async function restOfMany(
  { driver }: WriteTarget,
  { filter, id, options }: { readonly filter: unknown; readonly id: WriteId; readonly options: unknown },
): Promise<RestOfMany> {
  const writtenCount = await driver.countDocuments(writtenBy(id.binary), lookOptions(options));
  return {
    filter: notYetWritten(filter, id.binary),
    writtenCount,
    options: writtenCount > 0 ? { upsert: false } : {},
  };
}
