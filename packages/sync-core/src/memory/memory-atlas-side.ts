import { collectionOf, type DocumentKey } from '../document-key/document-key.js';
import {
  type AtlasOperation,
  type AtlasResults,
  type PushEntry,
  type PushResult,
  type SealEntry,
} from '../operations/atlas-operation.js';
import { type Holder, type HolderSearch } from '../operations/holder.js';
import { type ResultOf } from '../operations/operation.js';
import { type AtlasSide } from '../ports/side.js';
import { type Body, type Digest } from '../protocol/body.js';
import { isLater } from '../protocol/stamp.js';
import { type AtlasDocument, type AtlasTombstone } from '../protocol/state.js';
import { type ChangeEvent } from '../pull/change-event.js';
import { asAtlas, type MemoryDocument, plainDocument } from './memory-document.js';
import { within } from './paging.js';
import { statesOf } from './states-of.js';
import { tombstonesOf } from './tombstones-of.js';
import { holderOf, taken, type UniqueOf } from './unique-values.js';

/** What Atlas in memory needs to know. */
export interface MemoryAtlasOptions {
  readonly now: () => number;
  readonly digestOf: (body: Body) => Digest;
  /** Where the documents are; default: a new map. */
  readonly documents?: Map<DocumentKey, MemoryDocument>;
  /** Default: nothing is unique. */
  readonly uniqueOf?: UniqueOf;
}

/** What a document is that may hold a unique value. */
type Holding = Pick<MemoryDocument, 'body' | 'stamp'>;

type Handlers = {
  readonly [Name in AtlasOperation['op']]: (
    operation: Extract<AtlasOperation, { readonly op: Name }>,
  ) => AtlasResults[Name];
};

/**
 * Atlas in memory, with the change stream it would send: the reference for what each operation means, the oracle of
 * the adapter's contract, and the simulator's Atlas.
 *
 * @public
 */
export class MemoryAtlasSide implements AtlasSide {
  readonly documents: Map<DocumentKey, MemoryDocument>;
  readonly tombstones = new Map<DocumentKey, AtlasTombstone>();
  readonly events: ChangeEvent[] = [];
  readonly #options: MemoryAtlasOptions;

  constructor(options: MemoryAtlasOptions) {
    this.#options = options;
    this.documents = options.documents ?? new Map<DocumentKey, MemoryDocument>();
  }

  async run<O extends AtlasOperation>(operation: O): Promise<ResultOf<O>> {
    return this.perform(operation);
  }

  /** Performs an operation at once. */
  perform<O extends AtlasOperation>(operation: O): ResultOf<O> {
    const handler = this.#handlers[operation.op] as (operation: AtlasOperation) => unknown;
    return handler(operation) as ResultOf<O>;
  }

  /** Stores a state and sends its event, whoever writes it. */
  write(key: DocumentKey, document: MemoryDocument): void {
    this.documents.set(key, document);
    const state = asAtlas(document, this.#options.digestOf);
    this.events.push({ kind: 'state', key, state, atMs: this.#options.now() });
  }

  /** Edits a state in place, as a foreign hand does: the marks stay. */
  editInPlace(key: DocumentKey, body: Body): void {
    const document = this.documents.get(key) ?? plainDocument(body);
    this.documents.set(key, { ...document, body });
    this.events.push({ kind: 'foreign', key, atMs: this.#options.now() });
  }

  /** Replaces a state and leaves the marks, as a foreign hand does that was shown them. */
  replaceInPlace(key: DocumentKey, body: Body): void {
    const document = this.documents.get(key) ?? plainDocument(body);
    this.write(key, { ...document, body });
  }

  /** Removes a document and sends its event, whoever removes it. */
  erase(key: DocumentKey): boolean {
    if (!this.documents.delete(key)) return false;
    this.events.push({ kind: 'hint', key, isRemoval: true });
    return true;
  }

  readonly #handlers: Handlers = {
    readDocuments: ({ entries }) => entries.map((key) => this.#read(key)),
    readWithin: ({ entries, maxBytes }) => within(entries, maxBytes, (key) => this.#read(key)),
    readTombstones: ({ entries }) => entries.map((key) => this.tombstones.get(key) ?? null),
    scanTombstones: (scan) => tombstonesOf(this.tombstones, scan),
    readStamps: ({ entries }) => entries.map((key) => this.documents.get(key)?.stamp ?? null),
    push: ({ entries }) => {
      const refused: PushResult['refused'][number][] = [];
      const stored = entries.filter((entry, index) => {
        if (!this.#matches(entry)) return false;
        if (!this.#holder(entry)) return this.#store(entry);
        refused.push({ index, refusal: taken });
        return false;
      });
      return { storedCount: stored.length, refused };
    },
    exchange: ({ entries }) => {
      if (!entries.every((entry) => this.#matches(entry))) return false;
      const after = new Map<DocumentKey, Holding>(this.documents);
      for (const entry of entries) after.set(entry.key, entry);
      if (entries.some((entry) => this.#holder(entry, after))) return taken;
      for (const entry of entries) this.#store(entry);
      return true;
    },
    findHolders: ({ entries }) => entries.map((entry) => this.#holder(entry)),
    remove: ({ entries }) =>
      entries.map(({ key, base }) => this.documents.get(key)?.stamp === base && this.erase(key)),
    writeTombstone: ({ entries }) =>
      entries.map(({ key, stamp, base, last = null }) => {
        if (!isLater(stamp, this.tombstones.get(key)?.stamp ?? null)) return undefined;
        this.tombstones.set(key, { stamp, base, last });
        this.events.push({ kind: 'tombstone', key, stamp });
        return undefined;
      }),
    seal: ({ entries }) => entries.map((entry) => this.#seal(entry)),
    scanStates: (scan) => statesOf(this.documents, scan, this.#options.digestOf),
    scanKeys: ({ collection, after, limit }) =>
      [...this.documents.keys()]
        .filter((key) => collectionOf(key) === collection && (after === null || key > after))
        .sort()
        .slice(0, limit),
  };

  #read(key: DocumentKey): AtlasDocument | null {
    const document = this.documents.get(key);
    return document ? asAtlas(document, this.#options.digestOf) : null;
  }

  #seal({ key, expected, stamp, body, info, base }: SealEntry): boolean {
    const document = this.documents.get(key);
    if (!document || document.stamp !== expected) return document?.stamp === stamp;
    // The digest is of the bytes that were looked at: an edit in between shows, and is sealed next.
    const { base: _base, output: _output, ...kept } = document;
    const digest = this.#options.digestOf(body);
    const sealed = { ...kept, stamp, digest, info: { ...info, instanceId: null } };
    this.documents.set(key, base ? { ...sealed, base } : sealed);
    this.events.push({ kind: 'hint', key });
    return true;
  }

  #matches({ key, base }: PushEntry): boolean {
    return (this.documents.get(key)?.stamp ?? null) === base && (base !== null || !this.documents.has(key));
  }

  #holder(state: HolderSearch, documents: ReadonlyMap<DocumentKey, Holding> = this.documents): Holder | null {
    const { uniqueOf } = this.#options;
    return uniqueOf ? holderOf(documents, { ...state, uniqueOf }) : null;
  }

  #store({ key, stamp, body, digest, info, output }: PushEntry): true {
    this.write(key, { ...plainDocument(body), stamp, digest, info, ...(output && { output }) });
    return true;
  }
}
