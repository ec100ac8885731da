import { type AnyModel } from '../seam/watch-connections.js';
import { refusalReason } from './refusal-reason.js';

/**
 * Why the collection of a model cannot be synced, as far as the schema tells: before the server can be asked, so that no
 * write is marked there until then. Null where it tells nothing.
 */
export function refusedBySchema(model: AnyModel): string | null {
  const { timeseries, capped, encryptionType } = model.schema.options as Readonly<Record<string, unknown>>;
  return refusalReason({
    type: timeseries ? 'timeseries' : 'collection',
    options: { capped: Boolean(capped), ...(encryptionType ? { encryptedFields: {} } : {}) },
    hasExpiry: model.schema.indexes().some(([, options]) => options.expireAfterSeconds !== undefined),
    allowsExpiry: permitsExpiry(model),
  });
}

/** The model says that documents of it may expire everywhere. */
export function permitsExpiry({ schema }: AnyModel): boolean {
  const option: unknown = Reflect.get(schema.options, 'sync');
  return typeof option === 'object' && option !== null && Reflect.get(option, 'ttl') === true;
}
