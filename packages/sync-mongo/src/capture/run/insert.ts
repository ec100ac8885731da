import { markInsert } from '../rewrite/insert.js';
import { GeneratedIds } from './generated-ids.js';
import { markOrMiss } from './mark-or-miss.js';
import { type CaptureForm } from './write-call.js';
import { restoreOperations } from './restore-operations.js';

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
  const copies: { readonly original: unknown; readonly copy: object }[] = [];
  let id = target.ids.single();
  for (const original of documents as readonly unknown[]) {
    const copy = markInsert(original, id.binary);
    if (!copy) return null;
    copies.push({ original, copy });
    if (copies.length < documents.length) id = target.ids.single();
  }
  return insertAll();

  async function insertAll(): Promise<unknown> {
    const call = target.call(
      'insertMany',
      copies.map(({ copy }) => copy),
      options,
    );
    try {
      return await new GeneratedIds(copies).handBack(call);
    } catch (error) {
      throw restoreOperations(error, (index) => copies[index]?.original);
    } finally {
      target.announcer.announce({ collection: target.name, ids: 'many', id: id.stamp }, options);
    }
  }
};
