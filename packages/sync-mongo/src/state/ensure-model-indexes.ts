import { type Logger } from '@bomba/sync-core';
import { type Db, type IndexDescription } from 'mongodb';
import { type IndexOptions } from 'mongoose';
import { type AnyModel } from '../capture/index.js';
import { codeOf } from '../errors/map-mongo-error.js';

/** Which indexes of the models are wanted on Atlas. */
export interface IndexWish {
  readonly models: Iterable<AnyModel>;
  readonly indexes: 'unique' | 'all' | 'none';
  readonly logger: Logger;
}

/**
 * Ensures the indexes of synced models on Atlas, so that a unique value means the same on all branches. Returns, one
 * sentence each, which could not be built: values that collide already, or an index of another shape.
 */
export async function ensureModelIndexes(
  atlas: Db,
  { models, indexes, logger }: IndexWish,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  if (indexes === 'none') return warnings;
  for (const model of models) {
    const collection = model.collection.collectionName;
    for (const [fields, options] of model.schema.indexes()) {
      if (indexes === 'unique' && options.unique !== true) continue;
      try {
        await atlas
          .collection(collection)
          .createIndexes([{ key: fields as IndexDescription['key'], ...indexOptions(options) }]);
      } catch (error) {
        const code = codeOf(error);
        if (code === null) throw error;
        const names = Object.keys(fields).join(', ');
        logger.warn('an index could not be built on Atlas', { collection, serverCode: code, fields: names });
        warnings.push(`The index on ${names} of ${collection} could not be built on Atlas (code ${code}).`);
      }
    }
  }
  return warnings;
}

/** What of a schema's index options the server is to know: Mongoose adds names of its own. */
function indexOptions(options: IndexOptions): Omit<IndexDescription, 'key'> {
  const { unique, sparse, name, collation, partialFilterExpression } = options as Omit<
    IndexDescription,
    'key'
  >;
  return {
    ...(unique !== undefined && { unique }),
    ...(sparse !== undefined && { sparse }),
    ...(name !== undefined && { name }),
    ...(collation && { collation }),
    ...(partialFilterExpression && { partialFilterExpression }),
  };
}
