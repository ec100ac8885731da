import { type MarkedInsert, plannedInsert } from '../bulk/planned-insert.js';
import { isRefusedForMarks, writeInSpite } from '../bulk/write-in-spite.js';
import { markInsert } from '../rewrite/insert.js';
import { isInTransaction } from './call-options.js';
import { GeneratedIds } from './generated-ids.js';
import { markOrMiss } from './mark-or-miss.js';
import { repeatableIfHealed } from './repeatable.js';
import { restoreOperations } from './restore-operations.js';
import { type CaptureForm } from './write-call.js';
import { type WriteTarget } from './write-target.js';

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
  if (!Array.isArray(documents)) return null;
  const inserts: MarkedInsert[] = [];
  for (const original of documents as readonly unknown[]) {
    const id = target.ids.single();
    const copy = markInsert(original, id.binary);
    if (!copy) return null;
    inserts.push({ original, copy, id });
  }
  const last = inserts.at(-1);
  if (!last) return null;
  return insertAll({ target, inserts, options }).finally(() =>
    target.announcer.announce({ collection: target.name, ids: 'many', id: last.id.stamp }, options),
  );
};

interface InsertOfMany {
  readonly target: WriteTarget;
  readonly inserts: readonly MarkedInsert[];
  readonly options: unknown;
}

async function insertAll({ target, inserts, options }: InsertOfMany): Promise<unknown> {
  const marked = inserts.map(({ copy }) => copy);
  try {
    return await new GeneratedIds(inserts).handBack(target.call('insertMany', marked, options));
  } catch (error) {
    if (!isRefusedForMarks(error, options))
      throw restoreOperations(error, (index) => inserts[index]?.original);
    if (isInTransaction(options)) throw await repeatableIfHealed(target, [], { options, error });
    const bulk = { target, writes: inserts.map(plannedInsert), options };
    const { insertedCount, insertedIds } = await writeInSpite(bulk, error);
    return { acknowledged: true, insertedCount, insertedIds };
  }
}
