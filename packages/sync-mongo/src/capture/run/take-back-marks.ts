import { DIRTY } from '../rewrite/sync-meta.js';
import { takeBackMark } from '../rewrite/deletion-mark.js';
import { isInTransaction, sendingOptions } from './call-options.js';
import { isRefusal } from './server-error.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/**
 * After the server refused a step of deletes: takes their marks away, as the application hears that they failed. After
 * any other error nobody knows what was done, and the lease holder finishes them.
 */
export async function takeBackMarks(
  target: WriteTarget,
  { ids, options }: { readonly ids: readonly WriteId[]; readonly options: unknown },
  error: unknown,
): Promise<void> {
  if (!isRefusal(error) || isInTransaction(options)) return;
  const filter = { [DIRTY]: { $in: ids.map(({ binary }) => binary) } };
  const update = takeBackMark(target.ids.shared().binary);
  await target.call('updateMany', filter, update, sendingOptions(options)).catch(() => undefined);
}
