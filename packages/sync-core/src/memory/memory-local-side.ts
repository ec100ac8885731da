import { conflictIdOf, type ConflictRecord } from '../conflict/conflict-record.js';
import { collectionOf, type DocumentKey } from '../document-key/document-key.js';
import { type Holder, type HolderSearch } from '../operations/holder.js';
import { type Expected, type LocalOperation, type LocalResults } from '../operations/local-operation.js';
import { type ResultOf } from '../operations/operation.js';
import { type LocalSide } from '../ports/side.js';
import { type Body, type Digest } from '../protocol/body.js';
import { isLater, latest, type Stamp } from '../protocol/stamp.js';
import { type LocalDocument, type LocalTombstone } from '../protocol/state.js';
import { quarantineIdOf } from '../quarantine/quarantine-record.js';
import { asLocal, type MemoryDocument, plainDocument } from './memory-document.js';
import { markOf, marksBehind, type MemoryQuarantined, quarantinedAfter } from './memory-quarantined.js';
import { byId, page, within } from './paging.js';
import { statesOf } from './states-of.js';
import { tombstonesOf } from './tombstones-of.js';
import { holderOf, taken, type UniqueOf } from './unique-values.js';

/** What the memory side of a branch needs to know. */
export interface MemoryLocalOptions {
  readonly digestOf: (body: Body) => Digest;
  /** Where the documents are; default: a new map. */
  readonly documents?: Map<DocumentKey, MemoryDocument>;
  /** Default: nothing is unique. */
  readonly uniqueOf?: UniqueOf;
}

type Handlers = {
  readonly [Name in LocalOperation['op']]: (
    operation: Extract<LocalOperation, { readonly op: Name }>,
  ) => LocalResults[Name];
};

const CLEAN = { dirty: null, held: false, derived: false, last: null } as const;
const NO_BASE = { stamp: null, digest: null } as const;
const NO_TOMBSTONE: LocalTombstone = {
  stamp: null,
  over: null,
  floor: null,
  pending: null,
  base: null,
  last: null,
};

/**
 * A branch's Local in memory: the reference for what each operation means, the oracle of the adapter's contract, and
 * the simulator's branch. `perform` is synchronous, so that simulated histories are cheap.
 *
 * @public
 */
export class MemoryLocalSide implements LocalSide {
  readonly documents: Map<DocumentKey, MemoryDocument>;
  readonly tombstones = new Map<DocumentKey, LocalTombstone>();
  readonly sent = new Map<string, readonly { readonly key: DocumentKey; readonly stamp: Stamp }[]>();
  readonly conflicts = new Map<string, ConflictRecord>();
  readonly quarantine = new Map<string, MemoryQuarantined>();
  /** The latest id that has left the indexes. */
  latestId: Stamp | null = null;
  position: unknown = null;
  readonly #options: MemoryLocalOptions;

  constructor(options: MemoryLocalOptions) {
    this.#options = options;
    this.documents = options.documents ?? new Map<DocumentKey, MemoryDocument>();
  }

  async run<O extends LocalOperation>(operation: O): Promise<ResultOf<O>> {
    return this.perform(operation);
  }

  /** Performs an operation at once. */
  perform<O extends LocalOperation>(operation: O): ResultOf<O> {
    const handler = this.#handlers[operation.op] as (operation: LocalOperation) => unknown;
    return handler(operation) as ResultOf<O>;
  }

  readonly #handlers: Handlers = {
    scanDirty: (asked) => {
      const dirty = [...this.documents].flatMap(([key, { dirty: id, held, deleting }]) =>
        id !== null && !held && !deleting ? [{ key, id }] : [],
      );
      return page(dirty.sort(byId), asked);
    },
    scanPending: (asked) => {
      const pending = [...this.tombstones].flatMap(([key, { pending: id }]) =>
        id === null ? [] : [{ key, id }],
      );
      return page(pending.sort(byId), asked);
    },
    scanMarked: ({ among, except = [], limit }) =>
      [...this.documents]
        .flatMap(([key, { deleting, dirty: id, stamp, last }]) =>
          deleting && id !== null && among?.includes(id) !== false && !except.includes(id)
            ? [{ key, id, stamp, last }]
            : [],
        )
        .slice(0, limit),
    readDocuments: ({ entries }) => entries.map((key) => this.#read(key)),
    readWithin: ({ entries, maxBytes }) => within(entries, maxBytes, (key) => this.#read(key)),
    readMarks: ({ entries }) => entries.map((key) => this.documents.get(key) ?? null),
    readTombstones: ({ entries }) => entries.map((key) => this.tombstones.get(key) ?? null),
    scanTombstones: (scan) => tombstonesOf(this.tombstones, scan),
    noteSent: ({ note, versions, latest: id }) => {
      this.sent.set(note, versions);
      this.latestId = latest(this.latestId, id);
      return undefined;
    },
    noteId: ({ id }) => {
      this.latestId = latest(this.latestId, id);
      return undefined;
    },
    readSent: ({ entries }) => {
      const versions = [...this.sent.values()].flat();
      return entries.map(
        (key) => new Set(versions.filter((sent) => sent.key === key).map(({ stamp }) => stamp)),
      );
    },
    forgetSent: ({ note }) => {
      this.sent.delete(note);
      return undefined;
    },
    acknowledge: ({ entries }) =>
      entries.map(({ key, dirty, base, stamp, digest, info }) => {
        const document = this.documents.get(key);
        if (!document || document.stamp !== base) return 'missed';
        const exact = document.dirty === dirty;
        if (!exact && (base === null || !this.#writtenSince(key, { stamp: base }))) return 'missed';
        this.documents.set(key, {
          ...document,
          stamp,
          digest,
          info,
          ...(exact && CLEAN),
        });
        return exact ? 'clean' : 'moved';
      }),
    amend: ({ entries }) =>
      entries.map(({ key, expected, set, orWrittenSince = false }) => {
        const document =
          this.#matching(key, expected) ?? (orWrittenSince ? this.#writtenSince(key, expected) : null);
        if (!document) return false;
        const { base, ...marks } = set;
        const newBase = base === null ? NO_BASE : base;
        this.documents.set(key, { ...document, ...newBase, ...marks, ...(set.dirty === null && CLEAN) });
        return true;
      }),
    store: ({ entries }) =>
      entries.map(({ key, expected, state }) => {
        if (!this.#matching(key, expected)) return false;
        if (this.#holder({ key, body: state.body })) return taken;
        this.documents.set(key, { ...plainDocument(state.body), ...state });
        return true;
      }),
    rewrite: ({ entries }) =>
      entries.map(({ key, expected, dirty, body }) => {
        const absent = this.documents.has(key) ? null : plainDocument(body);
        const document = expected ? this.#matching(key, expected) : absent;
        if (!document) return false;
        if (this.#holder({ key, body })) return taken;
        this.documents.set(key, { ...document, ...CLEAN, dirty, body });
        return true;
      }),
    insert: ({ entries }) =>
      entries.map(({ key, state }) => {
        if (this.documents.has(key)) return false;
        if (this.#holder({ key, body: state.body })) return taken;
        this.documents.set(key, { ...plainDocument(state.body), ...state });
        return true;
      }),
    findHolders: ({ entries }) => entries.map((state) => this.#holder(state)),
    remove: ({ entries }) =>
      entries.map(({ key, expected, deleting = false }) => {
        const document = this.documents.get(key);
        if (!document || document.deleting !== deleting || !matches(document, expected)) return false;
        return this.documents.delete(key);
      }),
    noteTombstone: ({ entries }) =>
      entries.map(({ key, stamp, over }) => {
        const tombstone = this.tombstones.get(key) ?? NO_TOMBSTONE;
        if (isLater(stamp, tombstone.stamp)) this.tombstones.set(key, { ...tombstone, stamp, over });
        return true;
      }),
    noteRemoval: ({ entries }) =>
      entries.map((key) => {
        this.tombstones.set(key, this.tombstones.get(key) ?? NO_TOMBSTONE);
        return undefined;
      }),
    notePending: ({ key, pending, base, last }) => {
      const tombstone = this.tombstones.get(key) ?? NO_TOMBSTONE;
      if (isLater(tombstone.pending, pending)) return undefined;
      const inherited = tombstone.pending === null ? tombstone.stamp : tombstone.base;
      this.tombstones.set(key, {
        ...tombstone,
        pending,
        base: base ?? inherited,
        last: last ?? tombstone.last,
      });
      return undefined;
    },
    amendTombstone: ({ entries }) =>
      entries.map(({ key, pending, set }) => {
        const tombstone = this.tombstones.get(key);
        if (tombstone?.pending !== pending) return false;
        const { stamp, floor, ...rest } = set;
        this.tombstones.set(key, {
          ...tombstone,
          ...rest,
          stamp: latest(tombstone.stamp, stamp),
          floor: latest(tombstone.floor, floor),
        });
        return true;
      }),
    keep: ({ entries }) =>
      entries.map((record) => {
        const id = conflictIdOf(record);
        if (!this.conflicts.has(id)) this.conflicts.set(id, record);
        return undefined;
      }),
    quarantine: ({ entry }) => {
      const id = quarantineIdOf(entry);
      this.quarantine.set(id, quarantinedAfter(this.quarantine.get(id), entry));
      return undefined;
    },
    scanQuarantine: (asked) => marksBehind(this.quarantine, asked),
    findQuarantined: ({ entries }) => entries.map((id) => markOf(id, this.quarantine.get(id))),
    readQuarantined: ({ entries }) => entries.map((id) => this.quarantine.get(id)?.body ?? null),
    noteWait: ({ entries }) =>
      entries.map(({ id, stamp, holder, set }) => {
        const entry = this.quarantine.get(id);
        if (entry?.stamp === stamp && entry.wait.holder === holder)
          this.quarantine.set(id, { ...entry, wait: { ...entry.wait, ...set } });
        return undefined;
      }),
    release: ({ entries }) =>
      entries.map(({ id, stamp }) => {
        if (this.quarantine.get(id)?.stamp === stamp) this.quarantine.delete(id);
        return undefined;
      }),
    savePosition: ({ position }) => {
      this.position = position;
      return undefined;
    },
    scanStates: (scan) => statesOf(this.documents, scan, this.#options.digestOf),
    scanKeys: ({ collection, after, limit }) =>
      [...this.documents.keys()]
        .filter((key) => collectionOf(key) === collection && (after === null || key > after))
        .sort()
        .slice(0, limit),
  };

  #read(key: DocumentKey): LocalDocument | null {
    const document = this.documents.get(key);
    return document ? asLocal(document, this.#options.digestOf) : null;
  }

  #writtenSince(key: DocumentKey, { stamp }: Pick<Expected, 'stamp'>): MemoryDocument | null {
    const document = this.documents.get(key);
    if (!document || document.deleting || document.held || document.dirty === null) return null;
    return document.stamp === stamp ? document : null;
  }

  #holder(state: HolderSearch): Holder | null {
    const { uniqueOf } = this.#options;
    return uniqueOf ? holderOf(this.documents, { ...state, uniqueOf }) : null;
  }

  #matching(key: DocumentKey, expected: Expected): MemoryDocument | null {
    const document = this.documents.get(key);
    return document && !document.deleting && matches(document, expected) ? document : null;
  }
}

function matches(document: MemoryDocument, { stamp, dirty, held }: Expected): boolean {
  return document.stamp === stamp && document.dirty === dirty && document.held === held;
}
