import { type BulkWriteResult } from 'mongodb';
import { vouchFor } from '../../audit/vouched-writes.js';
import { withoutFields } from '../rewrite/fields.js';
import { acknowledgedOptions, isInTransaction } from '../run/call-options.js';
import { replaceKeepingMetadata } from '../run/replace-keeping-metadata.js';
import { repeatableIfHealed } from '../run/repeatable.js';
import { isInvalid, mayBeOfTheMark } from '../run/server-error.js';
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
  const replaced = replaceKeepingMetadata<BulkWriteResult>({
    ...{ collection: target.name, filter, fields, upsert: upsert === true, options, id },
    commands: {
      update: (condition, update) => one({ updateOne: { ...others, filter: condition, update } }),
      matched: ({ matchedCount }) => matchedCount > 0,
      replace: (condition, replacement, insert) =>
        one({ replaceOne: { ...others, filter: condition, replacement, upsert: insert } }),
    },
  });
  return replaced.catch(async (error: unknown) => {
    if (!mayBeOfTheMark(error)) throw error;
    if (isInTransaction(options)) throw await repeatableIfHealed(target, [], { options, error });
    const result = await vouchFor(() => one({ replaceOne: specification }));
    target.report.missed(target.name, 'bulkWrite', error);
    if (isInvalid(error)) target.refusal.note();
    return result;
  });
}
