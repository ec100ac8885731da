import { type Document } from 'mongodb';

/** An event of more than 16 MB would end its stream, each time it is opened. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** The part of an event at this path, or null in its place where it is large: then its document is to be looked at. */
export function withoutLarge(path: string): Document {
  const isLarge = { $gt: [{ $bsonSize: { $ifNull: [`$${path}`, null] } }, LARGE_BYTES] };
  return { $cond: [isLarge, null, `$${path}`] };
}
