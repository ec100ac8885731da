import { type DocumentKey } from '@bomba/sync-core';
import { documentKeyOf } from '../bson/document-key.js';
import { type Element, elementsOf, plainValueOf, valueBytes } from '../bson/elements.js';
import { storedIdOf } from '../bson/inexact-id.js';
import { quickValue } from '../bson/quick-value.js';
import { stateCollections } from '../state/state-collections.js';

/** What one event tells whoever wants to know no more than which documents have changed. */
export type KeyEvent =
  | { readonly kind: 'key'; readonly key: DocumentKey }
  /** A marker of this instance has come by. */
  | { readonly kind: 'marker'; readonly marker: string }
  /** A collection, or all, was dropped or renamed, or the stream ends here. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'nothing' };

const DOCUMENT = 3;
const MARKERS = ['fullDocument.marker', 'updateDescription.updatedFields.marker'];
const paths = ['operationType', 'ns', 'documentKey', ...MARKERS];

/** The stage of a stream's pipeline that leaves of its events what is read here. */
export const keysOnly = { $project: Object.fromEntries(paths.map((path) => [path, 1])) };

const keyed: ReadonlySet<unknown> = new Set(['insert', 'update', 'replace', 'delete']);

/** Reads an event of {@link keysOnly}. */
export function toKeyEvent(event: Uint8Array): KeyEvent {
  const parts = new Parts(event);
  const operation = parts.valueOf('operationType');
  const collection = parts.within('ns')?.valueOf('coll');
  if (!keyed.has(operation) || typeof collection !== 'string') return { kind: 'gone' };
  if (collection === stateCollections.instances) return markerIn(parts);
  const id = parts.within('documentKey')?.idOf('_id');
  if (collection !== stateCollections.tombstones) return { kind: 'key', key: documentKeyOf(collection, id) };
  // Tombstones are kept by the keys they speak of; one that is deleted says nothing.
  return operation === 'delete' ? { kind: 'nothing' } : { kind: 'key', key: String(id) as DocumentKey };
}

function markerIn(event: Parts): KeyEvent {
  const written = event.within('fullDocument') ?? event.within('updateDescription')?.within('updatedFields');
  const marker = written?.valueOf('marker');
  return typeof marker === 'string' ? { kind: 'marker', marker } : { kind: 'nothing' };
}

/** The fields of a document by their names, each read when it is asked for. */
class Parts {
  readonly #bytes: Uint8Array;
  readonly #elements: ReadonlyMap<string, Element>;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#elements = new Map(elementsOf(bytes).map((element) => [element.name, element]));
  }

  valueOf(name: string): unknown {
    const element = this.#elements.get(name);
    return element && (quickValue(this.#bytes, element) ?? plainValueOf(this.#bytes, element));
  }

  idOf(name: string): unknown {
    const element = this.#elements.get(name);
    return element && storedIdOf(this.#bytes, element);
  }

  within(name: string): Parts | null {
    const element = this.#elements.get(name);
    return element?.type === DOCUMENT ? new Parts(valueBytes(this.#bytes, element)) : null;
  }
}
