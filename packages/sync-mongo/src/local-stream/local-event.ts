import { type DocumentKey } from '@bomba/sync-core';
import { type ChangeStreamDocument, type Document } from 'mongodb';
import { documentKeyOf } from '../bson/document-key.js';
import { isPlainlyWhole, laidOut } from '../bson/same-bytes.js';
import { META_FIELD } from '../bson/meta-field.js';
import { splitDocument } from '../bson/split-document.js';
import { fromBinary } from '../bson/stamp-binary.js';
import { readLocalDocument } from '../bson/sync-meta.js';
import { noneExcluded } from '../fields/excluded-fields.js';
import { type ExclusionSet } from '../fields/exclusion-set.js';
import { eventDocumentOf, eventIdOf, updatedFieldsOf } from '../stream/event-bytes.js';

/** What an event of Local's change stream tells of writes past capture. */
export type LocalEvent =
  /** A document may have been written past capture. */
  | { readonly kind: 'written'; readonly key: DocumentKey; readonly atMs: number }
  /** A document is gone: by capture, by the engine, or past both. */
  | { readonly kind: 'removed'; readonly key: DocumentKey; readonly atMs: number }
  /** Collections were dropped, renamed or replaced by a renamed one. */
  | { readonly kind: 'gone'; readonly collections: readonly string[] }
  /** The stream ends here: the database was dropped. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'nothing' };

const NOTHING: LocalEvent = { kind: 'nothing' };

/**
 * Reads an event. Every write of capture and of the engine touches `_syncMeta` in the same operation: an update that
 * does not is foreign. A whole document is where it has no mark of a write and is not what its digest says.
 */
export function toLocalEvent(event: ChangeStreamDocument, excluded = noneExcluded): LocalEvent {
  switch (event.operationType) {
    case 'insert':
    case 'replace':
      return isForeign(eventDocumentOf(event), excluded.of(event.ns.coll))
        ? { kind: 'written', ...placeOf(event) }
        : NOTHING;
    case 'update':
      return touchesMeta(event) ? NOTHING : { kind: 'written', ...placeOf(event) };
    case 'delete':
      return { kind: 'removed', ...placeOf(event) };
    case 'drop':
      return { kind: 'gone', collections: [event.ns.coll] };
    case 'rename':
      return { kind: 'gone', collections: [event.ns.coll, event.to.coll] };
    case 'dropDatabase':
    case 'invalidate':
      return { kind: 'ended' };
    default:
      return NOTHING;
  }
}

type Keyed = Extract<ChangeStreamDocument, { operationType: 'insert' | 'replace' | 'update' | 'delete' }>;

function placeOf(event: Keyed): { readonly key: DocumentKey; readonly atMs: number } {
  return { key: documentKeyOf(event.ns.coll, eventIdOf(event)), atMs: timeOf(event) };
}

/**
 * A document of a pull is clean and has its digest; one of capture has a mark, and comes without its content. One that is
 * too large to come may be foreign: marking it where it is not costs an update.
 */
function isForeign(document: Uint8Array | null, set: ExclusionSet): boolean {
  if (document === null) return true;
  if (set.paths.length === 0 && isWhole(document)) return false;
  const { body, meta } = splitDocument(document);
  const { stamp, dirty, edited } = readLocalDocument(body, meta, set);
  return dirty === null && (stamp === null || edited);
}

/** Most are of a pull, and are told by their bytes. */
function isWhole(document: Uint8Array): boolean {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.length);
  const whole = laidOut(bytes);
  return whole !== null && isPlainlyWhole(whole);
}

/** Capture and the engine set single marks, or metadata whole that is sound: what else replaces it is a foreign hand's. */
function touchesMeta(event: Extract<ChangeStreamDocument, { operationType: 'update' }>): boolean {
  const { removedFields = [] } = event.updateDescription;
  const { paths, valueAt } = updatedFieldsOf(event);
  if (paths.includes(META_FIELD)) return isSound(valueAt(META_FIELD));
  return [...paths, ...removedFields].some((path) => path.startsWith(`${META_FIELD}.`));
}

function isSound(meta: unknown): boolean {
  if (typeof meta !== 'object' || meta === null) return false;
  const { stamp, dirty, held } = meta as Document;
  return [stamp, dirty, held].some((mark) => fromBinary(mark) !== null);
}

/** When it happened, in ms since the epoch: by wall time (6.0 and later), else by cluster time. */
function timeOf(event: ChangeStreamDocument): number {
  const { wallTime, clusterTime } = event as { wallTime?: Date; clusterTime?: { getHighBits(): number } };
  return wallTime instanceof Date ? wallTime.getTime() : (clusterTime?.getHighBits() ?? 0) * 1000;
}
