import { type Document } from 'mongodb';
import { SYNC_META } from '../rewrite/sync-meta.js';

/** What the server tells of a collection. */
export interface CollectionFacts {
  /** `collection`, `view` or `timeseries`. */
  readonly type: string;
  readonly options: Document;
  /** Whether an index lets documents expire. */
  readonly hasExpiry: boolean;
  /** The model says that documents of it may expire everywhere. */
  readonly allowsExpiry: boolean;
}

/** The reason of a collection whose validator refuses the metadata. */
export const METADATA_REFUSED = `Its validator permits no further field: allow ${SYNC_META} in it.`;

/** Why a collection cannot be synced; null where it can. */
export function refusalReason({ type, options, hasExpiry, allowsExpiry }: CollectionFacts): string | null {
  if (type === 'view') return 'It is a view.';
  if (type === 'timeseries') return 'It is a time-series collection, whose documents cannot be updated.';
  if (options['capped'] === true) return 'It is capped: documents vanish from it without being deleted.';
  if (options['encryptedFields'] !== undefined) return 'Its fields are encrypted by the client.';
  if (refusesMetadata(options)) return METADATA_REFUSED;
  if (hasExpiry && !allowsExpiry) {
    return 'A TTL index removes its documents unseen: drop the index, or set the schema option sync to { ttl: true }.';
  }
  return null;
}

/** True where the validator of a collection with these options permits no metadata. */
export function refusesMetadata({ validator, validationAction, validationLevel }: Document): boolean {
  if (validationAction === 'warn' || validationLevel === 'off') return false;
  return refusedByQuery(validator);
}

function refusedByQuery(query: unknown): boolean {
  const { $jsonSchema, $and } = (query ?? {}) as Document;
  return refusedBySchema($jsonSchema) || list($and).some(refusedByQuery);
}

function refusedBySchema(schema: unknown): boolean {
  const { additionalProperties, properties = {}, patternProperties = {}, allOf } = (schema ?? {}) as Document;
  if (list(allOf).some(refusedBySchema)) return true;
  if (additionalProperties !== false) return false;
  return (
    !Object.hasOwn(properties as object, SYNC_META) &&
    !Object.keys(patternProperties as object).some(permitsMetadata)
  );
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A pattern that only the server understands counts as not permitting it. */
function permitsMetadata(pattern: string): boolean {
  try {
    return new RegExp(pattern).test(SYNC_META);
  } catch {
    return false;
  }
}
