import { BSON, type BSONSerializeOptions, type Document } from 'mongodb';
import { elementsOf, plainValueOf } from '../bson/elements.js';
import { storedIdOf } from '../bson/inexact-id.js';
import { withoutLarge } from './without-large.js';

/** The field of an event with the parts that are read as the bytes they are. */
const BYTES = '_eventBytes';

/**
 * The `$set` stage of a pipeline that hands key, document and updated fields over in a list, whose items the driver leaves
 * as bytes. As objects they would lose the order of names, and one value that the driver cannot read would end the stream
 * for ever. `ownMetadata`: where a document is shown by its `_id` and metadata alone.
 */
export function withBytes(ownMetadata: Document): Document {
  const metadata = { _id: '$fullDocument._id', _syncMeta: '$fullDocument._syncMeta' };
  const document = { $cond: [ownMetadata, metadata, withoutLarge('fullDocument')] };
  return {
    $set: {
      [BYTES]: ['$documentKey', document, withoutLarge('updateDescription.updatedFields')],
      fullDocument: '$$REMOVE',
      'updateDescription.updatedFields': '$$REMOVE',
    },
  };
}

/** How the stream of such a pipeline is read. */
export const eventReading: BSONSerializeOptions = {
  fieldsAsRaw: { [BYTES]: true },
  enableUtf8Validation: false,
};

type Event = object & {
  readonly documentKey?: { readonly _id?: unknown };
  readonly fullDocument?: Document | null;
  readonly updateDescription?: { readonly updatedFields?: Document | null };
};

/** The `_id` of the document that an event tells of. */
export function eventIdOf(event: Event): unknown {
  const bytes = partOf(event, 0);
  const element = bytes && elementsOf(bytes).find(({ name }) => name === '_id');
  return bytes && element ? storedIdOf(bytes, element) : event.documentKey?._id;
}

/** The document of an event; null where it is too large to be shown. An event of another pipeline shows it as an object. */
export function eventDocumentOf(event: Event): Uint8Array | null {
  return partOf(event, 1) ?? (event.fullDocument ? BSON.serialize(event.fullDocument) : null);
}

/** What an update has set, by paths; each value is read when it is asked for. */
export interface UpdatedFields {
  readonly paths: readonly string[];
  readonly valueAt: (path: string) => unknown;
}

/** The fields that an update has set; none where they are too large to be shown. */
export function updatedFieldsOf(event: Event): UpdatedFields {
  const bytes = partOf(event, 2) ?? BSON.serialize(event.updateDescription?.updatedFields ?? {});
  const elements = elementsOf(bytes);
  return {
    paths: elements.map(({ name }) => name),
    valueAt: (path) => {
      const element = elements.find(({ name }) => name === path);
      return element && plainValueOf(bytes, element);
    },
  };
}

function partOf(event: Event, index: number): Uint8Array | null {
  const parts: unknown = Reflect.get(event, BYTES);
  const part: unknown = Array.isArray(parts) ? parts[index] : null;
  return part instanceof Uint8Array ? part : null;
}
