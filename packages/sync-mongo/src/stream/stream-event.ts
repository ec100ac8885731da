import { type ChangeEvent, type DocumentKey, type Stamp } from '@bomba/sync-core';
import { type ChangeStreamDocument, type Document } from 'mongodb';
import { documentKeyOf } from '../bson/document-key.js';
import { elementsOf, plainValueOf } from '../bson/elements.js';
import { splitDocument } from '../bson/split-document.js';
import { fromBinary } from '../bson/stamp-binary.js';
import { readAtlasDocument, readVersionMeta } from '../bson/sync-meta.js';
import { type ExcludedFields, noneExcluded } from '../fields/excluded-fields.js';
import { eventDocumentOf, eventIdOf, updatedFieldsOf, type UpdatedFields } from './event-bytes.js';
import { stateCollections } from '../state/state-collections.js';

/** What one event of the change stream means to the engine. */
export type StreamEvent =
  | { readonly kind: 'change'; readonly change: ChangeEvent }
  /** A marker of this instance has come by: everything before it has been shown. */
  | { readonly kind: 'marker'; readonly marker: string }
  /** Collections were dropped, renamed or replaced by a renamed one on Atlas: the operator chooses. */
  | { readonly kind: 'collections-gone'; readonly collections: readonly string[] }
  /** The database was dropped on Atlas: the operator chooses. */
  | { readonly kind: 'database-gone' }
  /** The stream ends here, which a router of shards also says where nothing was dropped. */
  | { readonly kind: 'invalidated' }
  | { readonly kind: 'nothing' };

const NOTHING: StreamEvent = { kind: 'nothing' };

/** Reads an event. Nothing in it is trusted: what cannot be read is a hint to look. */
export function toStreamEvent(
  event: ChangeStreamDocument,
  instanceId: string,
  excluded = noneExcluded,
): StreamEvent {
  switch (event.operationType) {
    case 'insert':
    case 'replace':
      return written(event.ns.coll, { event, instanceId, excluded });
    case 'update':
      return updated(event.ns.coll, event);
    case 'delete':
      if (event.ns.coll === stateCollections.tombstones || event.ns.coll === stateCollections.instances)
        return NOTHING;
      return change({ kind: 'hint', key: documentKeyOf(event.ns.coll, eventIdOf(event)), isRemoval: true });
    case 'drop':
      return { kind: 'collections-gone', collections: [event.ns.coll] };
    case 'rename':
      return { kind: 'collections-gone', collections: [event.ns.coll, event.to.coll] };
    case 'dropDatabase':
      return { kind: 'database-gone' };
    case 'invalidate':
      return { kind: 'invalidated' };
    case 'create':
    case 'createIndexes':
    case 'dropIndexes':
    case 'modify':
    case 'refineCollectionShardKey':
    case 'reshardCollection':
    case 'shardCollection':
      return NOTHING;
  }
}

interface Written {
  readonly event: Extract<ChangeStreamDocument, { operationType: 'insert' | 'replace' }>;
  readonly instanceId: string;
  readonly excluded: ExcludedFields;
}

function written(collection: string, { event, instanceId, excluded }: Written): StreamEvent {
  const key = documentKeyOf(collection, eventIdOf(event));
  const document = eventDocumentOf(event);
  if (document === null) return change({ kind: 'hint', key }); // it is large
  if (collection === stateCollections.tombstones) return tombstone(document);
  if (collection === stateCollections.instances)
    return { kind: 'marker', marker: textOf(fieldOf(document, 'marker')) };
  const { body, meta } = splitDocument(document);
  const version = readVersionMeta(meta);
  if (version.stamp !== null && version.info.instanceId === instanceId) {
    return change({ kind: 'echo', key, stamp: version.stamp });
  }
  const state = readAtlasDocument(body, meta, excluded.of(collection));
  return change({ kind: 'state', key, state, atMs: timeOf(event) });
}

type UpdateEvent = Extract<ChangeStreamDocument, { operationType: 'update' }>;

/**
 * An update that did not touch the version is a foreign hand's; one that set a version and nothing but metadata is a seal,
 * which may be ours. Servers name a sub-document whole, or its fields.
 */
function updated(collection: string, event: UpdateEvent): StreamEvent {
  const { removedFields = [] } = event.updateDescription;
  const updatedFields = updatedFieldsOf(event);
  if (collection === stateCollections.tombstones) return updatedTombstone(event, updatedFields);
  if (collection === stateCollections.instances)
    return { kind: 'marker', marker: textOf(updatedFields.valueAt('marker')) };
  const key = documentKeyOf(collection, eventIdOf(event));
  const touched = [...updatedFields.paths, ...removedFields];
  const isVersioned = touched.some((path) => path === '_syncMeta' || path === '_syncMeta.stamp');
  const sealed = touched.every((path) => /^_syncMeta(\.|$)/.test(path)) ? sealedAs(updatedFields) : null;
  if (sealed) return change({ kind: 'echo', key, stamp: sealed, isSeal: true });
  return change(isVersioned ? { kind: 'hint', key } : { kind: 'foreign', key, atMs: timeOf(event) });
}

/** The version that an update has set; null where it has set none. */
function sealedAs({ paths, valueAt }: UpdatedFields): Stamp | null {
  if (paths.includes('_syncMeta.stamp')) return fromBinary(valueAt('_syncMeta.stamp'));
  return paths.includes('_syncMeta') ? readVersionMeta(asDocument(valueAt('_syncMeta'))).stamp : null;
}

function asDocument(value: unknown): Document | null {
  return typeof value === 'object' && value !== null ? value : null;
}

function fieldOf(document: Uint8Array, name: string): unknown {
  const element = elementsOf(document).find((each) => each.name === name);
  return element && plainValueOf(document, element);
}

function tombstone(document: Uint8Array): StreamEvent {
  const stamp = fromBinary(fieldOf(document, 'stamp'));
  const key = String(fieldOf(document, '_id')) as DocumentKey;
  return stamp ? change({ kind: 'tombstone', key, stamp }) : NOTHING;
}

function updatedTombstone(event: UpdateEvent, fields: UpdatedFields): StreamEvent {
  const stamp = fromBinary(fields.valueAt('stamp'));
  const key = String(event.documentKey._id) as DocumentKey;
  return stamp ? change({ kind: 'tombstone', key, stamp }) : NOTHING;
}

function change(event: ChangeEvent): StreamEvent {
  return { kind: 'change', change: event };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** When it happened on Atlas, in ms since the epoch: by wall time (6.0 and later), else by cluster time. */
function timeOf(event: ChangeStreamDocument): number {
  const { wallTime, clusterTime } = event as { wallTime?: Date; clusterTime?: { getHighBits(): number } };
  if (wallTime instanceof Date) return wallTime.getTime();
  return (clusterTime?.getHighBits() ?? 0) * 1000;
}
