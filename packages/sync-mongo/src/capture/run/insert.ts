import { planBulk } from '../bulk/plan-bulk.js';
import { isRefusedForMarks, type MarkedBulk, writeInSpite } from '../bulk/write-in-spite.js';
import { fieldsOf } from '../rewrite/fields.js';
import { markInsert } from '../rewrite/insert.js';
import { isInTransaction } from './call-options.js';
import { GeneratedIds } from './generated-ids.js';
import { markOrMiss } from './mark-or-miss.js';
import { repeatableIfHealed } from './repeatable.js';
import { restoreOperations } from './restore-operations.js';
import { type CaptureForm } from './write-call.js';

/** Marks an inserted document. */
export const insertOne: CaptureForm = ({ target, args: [document, options] }) => {
  const id = target.ids.single();
  const marked = markInsert(document, id.binary);
  if (!marked) return null;
  const generated = new GeneratedIds([{ original: document, copy: marked }]);
  return markOrMiss({
    ...{ target, method: 'insertOne', id, options },
    ...(marked['_id'] == null ? {} : { documentId: marked['_id'] }),
    marked: () => generated.handBack(target.call('insertOne', marked, options)),
    unmarked: () => target.call('insertOne', document, options),
  });
};

/** Marks inserted documents, each with an id of its own. */
export const insertMany: CaptureForm = ({ target, args: [documents, options] }) => {
  if (!Array.isArray(documents) || documents.length === 0) return null;
  if (documents.some((document) => fieldsOf(document) === null)) return null;
  const operations = (documents as readonly unknown[]).map((document) => ({ insertOne: { document } }));
  const plan = planBulk(operations, { collection: target.name, ids: target.ids });
  const writes = plan?.filter((planned) => planned.form === 'write');
  const id = writes?.at(-1)?.id;
  if (!writes || !id) return null;
  return insertAll({ target, writes, options }).finally(() =>
    target.announcer.announce({ collection: target.name, ids: 'many', id: id.stamp }, options),
  );
};

async function insertAll(bulk: MarkedBulk): Promise<unknown> {
  const { target, writes, options } = bulk;
  const copies = writes.flatMap(({ copy }) => copy ?? []);
  const marked = copies.map(({ copy }) => copy);
  try {
    return await new GeneratedIds(copies).handBack(target.call('insertMany', marked, options));
  } catch (error) {
    if (!isRefusedForMarks(error, options))
      throw restoreOperations(error, (index) => copies[index]?.original);
    if (isInTransaction(options)) throw await repeatableIfHealed(target, [], { options, error });
    const { insertedCount, insertedIds } = await writeInSpite(bulk, error);
    return { acknowledged: true, insertedCount, insertedIds };
  }
}
