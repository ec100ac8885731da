import { type Collection, type Document, type IndexDescription } from 'mongodb';
import { BSON } from 'mongodb';

/** How many of them are named: enough to begin with. */
const MAX_NAMED = 5;
/** The connection waits for it: where Atlas has more to look through, the names are left out. */
const MAX_TIME_MS = 15_000;

/**
 * Values that more than one document has, in words, with how many have each and two of them; for an index that is to be
 * unique. However many share a value, no more than that is kept of them, on either side.
 */
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
    {
      $group: {
        _id: paths.map((path) => `$${path}`),
        count: { $sum: 1 },
        first: { $min: '$_id' },
        last: { $max: '$_id' },
      },
    },
    { $match: { count: { $gt: 1 } } },
    { $limit: MAX_NAMED },
  ];
  const options = { allowDiskUse: true, maxTimeMS: MAX_TIME_MS, ...(collation && { collation }) };
  return (await collection.aggregate<Group>(pipeline, options).toArray()).map(
    ({ _id: values, count, first, last }) =>
      `${values.map(inWords).join(', ')} (${count} documents, among them _id ${inWords(first)} and ${inWords(last)})`,
  );
}

interface Group {
  readonly _id: readonly unknown[];
  readonly count: number;
  readonly first: unknown;
  readonly last: unknown;
}

function inWords(value: unknown): string {
  return BSON.EJSON.stringify(value ?? null);
}
