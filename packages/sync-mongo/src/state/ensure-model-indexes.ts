import { type Logger } from '@bomba/sync-core';
import { type Collection, type Db, type IndexDescription } from 'mongodb';
import { type AnyModel } from '../capture/index.js';
import { type ExcludedFields, noneExcluded } from '../fields/excluded-fields.js';
import { isBelow } from '../fields/exclusion-set.js';
import { codeOf, mapMongoError } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type AtlasInventory, type IndexProblem } from './atlas-inventory.js';
import { collidingValues } from './colliding-values.js';
import { indexesOf } from './indexes-of-model.js';

/** Which indexes of the models are wanted on Atlas. */
export interface IndexWish {
  readonly models: Iterable<AnyModel>;
  readonly indexes: 'unique' | 'all' | 'none';
  readonly excludedFields?: ExcludedFields;
  readonly logger: Logger;
  /** What has just been looked at, and earlier connections have made sure of. */
  readonly inventory: AtlasInventory;
}

/**
 * Ensures the indexes of synced models on Atlas, so that a unique value means the same on all branches. Returns, one
 * sentence each, which could not be built: values that collide already, which are named, or an index of another shape. Those
 * are tried again at most once in ten minutes.
 */
export async function ensureModelIndexes(
  atlas: Db,
  { models, indexes, excludedFields = noneExcluded, logger, inventory }: IndexWish,
): Promise<readonly string[]> {
  const problems: string[] = [];
  if (indexes === 'none') return problems;
  for (const model of models) {
    const collection = atlas.collection(model.collection.collectionName);
    const { paths } = excludedFields.of(collection.collectionName);
    for (const index of indexesOf(model)) {
      if (indexes === 'unique' && index.unique !== true) continue;
      // What does not travel is missing in each document: there it would be one value of them all.
      if (Object.keys(index.key).some((name) => isBelow(paths, name))) continue;
      const problem = await ensureOnce(inventory, collection, index);
      if (problem === null || problems.includes(problem.message)) continue;
      const { serverCode, message } = problem;
      const names = Object.keys(index.key).join(', ');
      // The values are documents' content: for whoever may see the health, not for the log.
      logger.warn('an index could not be built on Atlas', {
        collection: collection.collectionName,
        serverCode,
        fields: names,
      });
      problems.push(message);
    }
  }
  return problems;
}

/** Whatever else keeps an index from being built may be over with the next connection. */
const lastingCodes: ReadonlySet<number> = new Set([
  mongoCode.duplicateKey,
  mongoCode.cannotCreateIndex,
  mongoCode.indexOptionsConflict,
  mongoCode.indexKeySpecsConflict,
]);

async function ensureOnce(
  inventory: AtlasInventory,
  collection: Collection,
  index: IndexDescription,
): Promise<IndexProblem | null> {
  const { collectionName } = collection;
  if (inventory.isBuilt(collectionName, index)) return null;
  const known = inventory.problemOf(collectionName, index);
  if (known) return known;
  const problem = await ensureIndex(collection, index);
  if (!problem) inventory.built(collectionName, index);
  else if (lastingCodes.has(problem.serverCode)) inventory.failed(collectionName, index, problem);
  return problem;
}

/** Null where the index is there. */
async function ensureIndex(collection: Collection, index: IndexDescription): Promise<IndexProblem | null> {
  try {
    await collection.createIndexes([index]);
    return null;
  } catch (error) {
    const serverCode = codeOf(error);
    if (serverCode === null) throw error;
    const fields = Object.keys(index.key).join(', ');
    const what = `The ${index.unique === true ? 'unique ' : ''}index on ${fields} of ${collection.collectionName}`;
    if (serverCode !== mongoCode.duplicateKey)
      return { serverCode, message: `${what} could not be built on Atlas (code ${serverCode}).` };
    return {
      serverCode,
      message: `${what} could not be built on Atlas: documents ${await told(collection, index)}.`,
    };
  }
}

/** What they share is told where it can be found out: what stands in the way of that must not end the connection. */
async function told(collection: Collection, index: IndexDescription): Promise<string> {
  try {
    return `share ${(await collidingValues(collection, index)).join('; ')}`;
  } catch (error) {
    return `share values, which could not be looked up (${mapMongoError(error, 'atlas').code})`;
  }
}
