import { type Fields, fieldsOf } from '../rewrite/fields.js';
import { restOfMany } from '../run/rest-of-many.js';
import { type WriteTarget } from '../run/write-target.js';
import { type PlannedWrite, type SentWrite } from './planned-operation.js';

/** An operation as it is sent, and how many documents it had written before. */
export interface PreparedWrite {
  readonly operation: unknown;
  readonly writtenCount: number;
}

/** An update of many that the server stopped in the middle goes on with the documents that it has not written yet. */
export async function triedAgain(
  target: WriteTarget,
  at: {
    readonly sent: readonly SentWrite[];
    readonly tried: ReadonlySet<PlannedWrite>;
    readonly options: unknown;
  },
): Promise<readonly PreparedWrite[]> {
  const prepared: PreparedWrite[] = [];
  for (const { write, operation } of at.sent) {
    const ofMany = at.tried.has(write) ? fieldsOf((operation as Fields)['updateMany']) : null;
    prepared.push(
      ofMany ? await restOf(target, write, { ofMany, options: at.options }) : { operation, writtenCount: 0 },
    );
  }
  return prepared;
}

async function restOf(
  target: WriteTarget,
  { id }: PlannedWrite,
  { ofMany, options }: { readonly ofMany: Fields; readonly options: unknown },
): Promise<PreparedWrite> {
  const rest = await restOfMany(target, { filter: ofMany['filter'], id, options });
  const operation = { updateMany: { ...ofMany, filter: rest.filter, ...rest.options } };
  return { operation, writtenCount: rest.writtenCount };
}
