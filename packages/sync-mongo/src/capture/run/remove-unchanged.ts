import { documentKeyOf } from '../../bson/document-key.js';
import { type Fields } from '../rewrite/fields.js';
import { DIRTY, HELD, STAMP } from '../rewrite/sync-meta.js';
import { lookOptions, sendingOptions } from './call-options.js';
import { type Deletion } from './deletion.js';
import { type WriteTarget } from './write-target.js';

/** What a removal did. */
export interface Removal {
  /** How many documents it removed: each is counted by one delete, however many want it gone. */
  readonly removedCount: number;
  /** Those that are gone, whoever removed them. */
  readonly gone: readonly Deletion[];
}

/** The last step of a delete, document by document: removes each that was not written since it was read. */
export async function removeUnchanged(
  target: WriteTarget,
  deletions: readonly Deletion[],
  options: unknown,
): Promise<Removal> {
  const removedCount = await remove(target, deletions, options);
  if (removedCount === deletions.length) return { removedCount, gone: deletions };
  const ids = deletions.map(({ documentId }) => documentId);
  const left = await target.driver
    .find({ _id: { $in: ids as never[] } }, { ...lookOptions(options), projection: { _id: 1 } })
    .toArray();
  const leftKeys = new Set(left.map(({ _id }) => documentKeyOf(target.name, _id)));
  const isGone = ({ documentId }: Deletion): boolean => !leftKeys.has(documentKeyOf(target.name, documentId));
  return { removedCount, gone: deletions.filter(isGone) };
}

async function remove(
  target: WriteTarget,
  deletions: readonly Deletion[],
  options: unknown,
): Promise<number> {
  const sending = sendingOptions(options);
  const [first, ...others] = deletions;
  if (!first) return 0;
  const { deletedCount } =
    others.length === 0
      ? await target.call<Deleted>('deleteOne', unchanged(first), sending)
      : await target.call<Deleted>(
          ...(['bulkWrite', deletions.map(toOperation), { ...sending, ordered: false }] as const),
        );
  return deletedCount;
}

interface Deleted {
  readonly deletedCount: number;
}

function toOperation(deletion: Deletion): object {
  return { deleteOne: { filter: unchanged(deletion) } };
}

/** A mark is of one delete, and any write takes it away; a document without a mark is told by all it has. */
function unchanged({ documentId, dirty, stamp, held, deleting }: Deletion): Fields {
  const filter = { _id: documentId, [DIRTY]: dirty };
  return deleting ? filter : { ...filter, [STAMP]: stamp, [HELD]: held };
}
