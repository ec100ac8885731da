import { type BSONSerializeOptions, type Document } from 'mongodb';
import { elementsOf, valueOf } from '../bson/elements.js';

/** The field of an event with the bytes of its document's key. */
const RAW_KEY = 'rawKey';

/**
 * The part of a pipeline's `$set` that keeps the order of an embedded `_id`: as an object it would lose the order of names
 * like `10` and `9`, and be another key. The driver leaves the items of such a list as the bytes they are.
 */
export const rawKey: Document = {
  [RAW_KEY]: { $cond: [{ $eq: [{ $type: '$documentKey._id' }, 'object'] }, ['$documentKey'], '$$REMOVE'] },
};

/** How the stream of such a pipeline is read. */
export const rawKeyOptions: BSONSerializeOptions = { fieldsAsRaw: { [RAW_KEY]: true } };

/** The `_id` of the document that an event tells of. */
export function eventIdOf(event: { readonly documentKey: { readonly _id: unknown } }): unknown {
  const [bytes] = (Reflect.get(event, RAW_KEY) ?? []) as readonly unknown[];
  const element =
    bytes instanceof Uint8Array ? elementsOf(bytes).find(({ name }) => name === '_id') : undefined;
  return element ? valueOf(bytes as Uint8Array, element) : event.documentKey._id;
}
