import { type Fields } from '../rewrite/fields.js';
import { markStages } from '../rewrite/mark-stage.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { replacementFields } from '../rewrite/replacement.js';
import { acknowledgedOptions, isUnacknowledged, optionsOf } from './call-options.js';
import { hidingOptions } from './hiding-options.js';
import { markOrMiss } from './mark-or-miss.js';
import { replaceKeepingMetadata, type ReplaceCommands } from './replace-keeping-metadata.js';
import { type WriteTarget } from './write-target.js';
import { type CaptureForm, type WriteCall } from './write-call.js';

/** Marks the document that is replaced or inserted; a replaced one keeps its base. */
export const replaceOne: CaptureForm = (call) => {
  const { target, args } = call;
  const options = acknowledgedOptions(args[2]);
  const replaced = replace<{ readonly matchedCount: number }>('replaceOne', call, {
    update: (filter, pipeline) => target.call('updateOne', filter, pipeline, { ...options, upsert: false }),
    matched: ({ matchedCount }) => matchedCount > 0,
    replace: (filter, document, upsert) =>
      target.call('replaceOne', filter, document, { ...options, upsert }),
  });
  return replaced && isUnacknowledged(args[2]) ? replaced.then(() => NOTHING_KNOWN) : replaced;
};

/** What the driver answers where it does not wait for the server. */
const NOTHING_KNOWN = {
  ...{ acknowledged: false, modifiedCount: undefined, upsertedId: null, upsertedCount: 0 },
  matchedCount: undefined,
};

/** The same for a document that is found and replaced; the one returned has no metadata. */
export const findOneAndReplace: CaptureForm = ({ target, args: [filter, replacement, given] }) => {
  const options = hidingOptions(acknowledgedOptions(given));
  const replaced = replace<unknown>(
    'findOneAndReplace',
    { target, args: [filter, replacement, options] },
    {
      update: (condition, pipeline) =>
        target.call('findOneAndUpdate', condition, pipeline, { ...options, upsert: false }),
      matched: (result) => foundDocument(result, options) !== null,
      replace: (condition, document, upsert) =>
        target.call('findOneAndReplace', condition, document, { ...options, upsert }),
    },
  );
  return replaced && isUnacknowledged(given) ? replaced.then(() => null) : replaced;
};

function replace<Result>(
  method: 'replaceOne' | 'findOneAndReplace',
  { target, args: [filter, replacement, options] }: WriteCall,
  commands: ReplaceCommands<Result>,
): Promise<Result> | null {
  const upsert = optionsOf(options)['upsert'] === true;
  if (Array.isArray(replacement) && replacement.length === 0) {
    return replaceByNothing(method, { target, filter, options: optionsOf(options), upsert }, commands);
  }
  const fields = replacementFields(replacement);
  if (!fields) return null;
  const id = target.ids.single();
  return markOrMiss({
    ...{ target, method, id, options, documentId: pinnedId(filter) ?? fields['_id'] },
    marked: () =>
      replaceKeepingMetadata({ collection: target.name, filter, fields, upsert, options, id, commands }),
    unmarked: () => target.call(method, filter, replacement, options),
  });
}

/** An empty list is an empty pipeline to the server: it changes nothing of what it finds, and may insert. */
async function replaceByNothing<Result>(
  method: 'replaceOne' | 'findOneAndReplace',
  at: {
    readonly target: WriteTarget;
    readonly filter: unknown;
    readonly options: Fields;
    readonly upsert: boolean;
  },
  { matched }: Pick<ReplaceCommands<Result>, 'matched'>,
): Promise<Result> {
  const { target, filter, options, upsert } = at;
  const found = await target.call<Result>(method, filter, [], { ...options, upsert: false });
  if (!upsert || matched(found)) return found;
  const id = target.ids.single();
  const inserting = method === 'replaceOne' ? 'updateOne' : 'findOneAndUpdate';
  try {
    return await target.call<Result>(inserting, filter, markStages(id.binary), options);
  } finally {
    target.announcer.announce({ collection: target.name, ids: 'many', id: id.stamp }, options);
  }
}

function foundDocument(result: unknown, options: Fields): unknown {
  return options['includeResultMetadata'] === true ? (result as { readonly value: unknown }).value : result;
}
