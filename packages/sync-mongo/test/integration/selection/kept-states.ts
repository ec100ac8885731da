import { type BranchProcess } from '../slice/two-branches.js';

/** The states of a collection that lost a conflict, as a branch knows them. */
export async function keptStates(
  { sync }: Pick<BranchProcess, 'sync'>,
  collection = 'items',
): Promise<readonly unknown[]> {
  const records = await sync.conflicts.list({ collection, limit: 1_000 });
  const kept = await Promise.all(records.map(({ id }) => sync.conflicts.get(id)));
  return kept.map((record) => record?.document);
}
