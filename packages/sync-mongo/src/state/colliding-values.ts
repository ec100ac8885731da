import { type Collection, type Document, type IndexDescription } from 'mongodb';
import { BSON } from 'mongodb';

/** How many of them are named: enough to begin with. */
const MAX_NAMED = 5;
const MAX_IDS = 3;

/** The values that more than one document has, with some of those documents, in words; for an index that is to be unique. */
export async function collidingValues(
  collection: Collection,
  { key, sparse, collation, partialFilterExpression }: IndexDescription,
): Promise<readonly string[]> {
  const paths = Object.keys(key);
  const covered = [
    ...(partialFilterExpression ? [partialFilterExpression] : []),
    ...(sparse === true ? [{ $or: paths.map((path) => ({ [path]: { $exists: true } })) }] : []),
  ];
  const pipeline: Document[] = [
    ...(covered.length > 0 ? [{ $match: { $and: covered } }] : []),
    // By place, as the name of a field in a group may have no dot.
    { $group: { _id: paths.map((path) => `$${path}`), count: { $sum: 1 }, ids: { $push: '$_id' } } },
    { $match: { count: { $gt: 1 } } },
    { $limit: MAX_NAMED },
    { $project: { ids: { $slice: ['$ids', MAX_IDS] } } },
  ];
  const options = { allowDiskUse: true, ...(collation && { collation }) };
  const groups = await collection.aggregate<{ _id: unknown[]; ids: unknown[] }>(pipeline, options).toArray();
  return groups.map(
    ({ _id: values, ids }) => `${values.map(inWords).join(', ')} (_id ${ids.map(inWords).join(', ')})`,
  );
}

function inWords(value: unknown): string {
  return BSON.EJSON.stringify(value ?? null);
}
