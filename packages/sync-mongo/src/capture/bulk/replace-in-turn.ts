import { type BulkWriteResult } from 'mongodb';
import { withoutFields } from '../rewrite/fields.js';
import { acknowledgedOptions } from '../run/call-options.js';
import { markWherePossible } from '../run/mark-or-miss.js';
import { replaceKeepingMetadata } from '../run/replace-keeping-metadata.js';
import { type WriteTarget } from '../run/write-target.js';
import { type BulkRun } from './bulk-run.js';
import { partOfReplacements } from './part-of-replacements.js';
import { type PlannedReplacement } from './planned-operation.js';

/** What each step says for itself. */
const OWN: ReadonlySet<string> = new Set(['filter', 'replacement', 'upsert']);

/** Replaces one after the other, for each may need several steps. */
export async function replaceInTurn(
  target: WriteTarget,
  replacements: readonly PlannedReplacement[],
  { run, options }: { readonly run: BulkRun; readonly options: unknown },
): Promise<void> {
  for (const replacement of replacements) {
    if (run.isOver()) return;
    const part = partOfReplacements([replacement]);
    try {
      run.addResult(await replaceOneOfBulk(target, replacement, options), part);
    } catch (error) {
      run.addError(error, part);
    }
  }
}

function replaceOneOfBulk(
  target: WriteTarget,
  { specification, fields, id }: PlannedReplacement,
  options: unknown,
): Promise<BulkWriteResult> {
  const { filter, upsert } = specification;
  const others = withoutFields(specification, (name) => OWN.has(name));
  const sent = acknowledgedOptions(options);
  const one = (operation: object): Promise<BulkWriteResult> => target.call('bulkWrite', [operation], sent);
  const replace = (): Promise<BulkWriteResult> =>
    replaceKeepingMetadata<BulkWriteResult>({
      ...{ collection: target.name, filter, fields, upsert: upsert === true, options, id },
      commands: {
        update: (condition, update) => one({ updateOne: { ...others, filter: condition, update } }),
        matched: ({ matchedCount }) => matchedCount > 0,
        replace: (condition, replacement, insert) =>
          one({ replaceOne: { ...others, filter: condition, replacement, upsert: insert } }),
      },
    });
  return markWherePossible({
    ...{ target, method: 'bulkWrite', options },
    marked: replace,
    unmarked: () => one({ replaceOne: specification }),
  });
}
