import { type ConflictRecord } from '../conflict/conflict-record.js';
import { type DocumentKey } from '../document-key/document-key.js';
import { type Body, type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';
import {
  type LocalDocument,
  type LocalMarks,
  type LocalTombstone,
  type VersionInfo,
} from '../protocol/state.js';
import {
  type QuarantineEntry,
  type QuarantineMark,
  type ValueWait,
} from '../quarantine/quarantine-record.js';
import { type Holder, type HolderSearch } from './holder.js';
import { type Refusal } from './refusal.js';
import { type StatePage, type StateScan } from './scanned-state.js';

/** The marks of a document that a conditional write names: it misses where they have changed since. @public */
export interface Expected {
  readonly stamp: Stamp | null;
  readonly dirty: Stamp | null;
  readonly held: boolean;
}

/** Metadata that a conditional write changes; what is not named stays. @public */
export interface Amendment {
  /** Removes or replaces the digest in the same update wherever the base moves; null: there is no base any more. */
  readonly base?: {
    readonly stamp: Stamp;
    readonly digest: Digest | null;
    readonly info: VersionInfo;
  } | null;
  /** A new dirty id, or null for clean. `held` goes with it. */
  readonly dirty?: Stamp | null;
  /** Takes the dirty id out of the index, or puts it back. */
  readonly held?: boolean;
}

/** A conditional change of marks. @public */
export interface AmendEntry {
  readonly key: DocumentKey;
  readonly expected: Expected;
  readonly set: Amendment;
  /**
   * Also where the application has written since, on the same base: what it wrote contains what was looked at. Only for
   * changes of the base, of documents that have one. Default false.
   */
  readonly orWrittenSince?: boolean;
}

/** A whole state to store on Local. @public */
export interface StoredState {
  readonly stamp: Stamp;
  /** The id of a new local write that `body` is, on top of `stamp`; absent: the state is clean. */
  readonly dirty?: Stamp;
  /** With `dirty`: that write is only the output of business logic on `stamp`. */
  readonly derived?: boolean;
  readonly body: Body;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
}

/** A pushed version that is on Atlas, and the marks it was pushed with. @public */
export interface Acknowledgement {
  readonly key: DocumentKey;
  readonly dirty: Stamp;
  readonly base: Stamp | null;
  readonly stamp: Stamp;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
}

/** A key with the dirty id or pending deletion that an index showed. @public */
export interface DirtyKey {
  readonly key: DocumentKey;
  readonly id: Stamp;
}

/**
 * A page of an index: what is behind `after` (null: all), without the first `skip` keys there (default 0), in all
 * collections but those of `except` (default: all).
 *
 * @public
 */
export interface IndexPage {
  readonly after: Stamp | null;
  readonly skip?: number;
  readonly limit: number;
  readonly except?: readonly string[];
}

/** A version that is about to leave for Atlas. @public */
export interface SentVersion {
  readonly key: DocumentKey;
  readonly stamp: Stamp;
}

/** Which marks of deletes are read. */
export interface MarkedPage {
  readonly among?: readonly Stamp[];
  readonly except?: readonly Stamp[];
  readonly limit: number;
}

/** Operations whose entries are independent of each other; each entry is atomic, the whole is not. */
type Batch<Name extends string, Entry> = {
  readonly side: 'local';
  readonly op: Name;
  readonly entries: readonly Entry[];
};
type Single<Name extends string, Fields> = { readonly side: 'local'; readonly op: Name } & Fields;

/** Everything the engine asks of Local. @public */
export type LocalOperation =
  /** Dirty documents in the order of their ids, without those marked by a delete. */
  | Single<'scanDirty', IndexPage>
  /** Pending deletions in the order of their ids. */
  | Single<'scanPending', IndexPage>
  /** Documents that a delete has marked: those of the ids `among` (default: of any), but for those of the ids `except`. */
  | Single<'scanMarked', MarkedPage>
  | Batch<'readDocuments', DocumentKey>
  /** As `readDocuments`, up to `maxBytes` of content but one document at least. */
  | (Batch<'readWithin', DocumentKey> & {
      readonly maxBytes: number;
      /** Leaves also marks as they are that a look puts in order. Default false. */
      readonly untouched?: boolean;
    })
  /** Only the marks: however large the documents are. */
  | Batch<'readMarks', DocumentKey>
  | Batch<'readTombstones', DocumentKey>
  /** All that is known of deletions of a collection's documents; null where that is more than `limit`. */
  | Single<'scanTombstones', { readonly collection: string; readonly limit: number }>
  /** `latest` is noted as by `noteId`: the latest id of the writes that these versions are of. Durable before it answers. */
  | Single<
      'noteSent',
      { readonly note: string; readonly versions: readonly SentVersion[]; readonly latest: Stamp }
    >
  /** An id that leaves the indexes: what later processes issue lies above it. Durable before it answers. */
  | Single<'noteId', { readonly id: Stamp }>
  | Batch<'readSent', DocumentKey>
  | Single<'forgetSent', { readonly note: string }>
  /**
   * `stamp` is on Atlas: it becomes the base where the base is still `base`, and the document is clean where `dirty`
   * is still its id. Where there was no base, or the document is being deleted, only the exact write is acknowledged.
   */
  | Batch<'acknowledge', Acknowledgement>
  /** Conditional change of marks. */
  | Batch<'amend', AmendEntry>
  /** Conditional replacement of the whole document. */
  | Batch<'store', { readonly key: DocumentKey; readonly expected: Expected; readonly state: StoredState }>
  /** Conditional replacement of the content by a new local write, on the same base. `expected` null: where no document is. */
  | Batch<
      'rewrite',
      {
        readonly key: DocumentKey;
        readonly expected: Expected | null;
        readonly dirty: Stamp;
        readonly body: Body;
      }
    >
  /** A state where no document is. */
  | Batch<'insert', { readonly key: DocumentKey; readonly state: StoredState }>
  /** Which other document holds a unique value of each state. */
  | Batch<'findHolders', HolderSearch>
  /** Conditional removal. */
  | Batch<'remove', { readonly key: DocumentKey; readonly expected: Expected; readonly deleting?: boolean }>
  /** A deletion known to be on Atlas; only upwards. False where its record is locked: to be noted later. */
  | Batch<'noteTombstone', { readonly key: DocumentKey; readonly stamp: Stamp; readonly over: Stamp | null }>
  /** Notes that the engine is about to remove a document that stays on Atlas, or never was there: no deletion. */
  | Batch<'noteRemoval', DocumentKey>
  /** Records a delete of the application as pending, where no later one is. */
  | Single<
      'notePending',
      {
        readonly key: DocumentKey;
        readonly pending: Stamp;
        readonly base: Stamp | null;
        readonly last: Stamp | null;
      }
    >
  /** Conditional change of pending deletions. */
  | Batch<
      'amendTombstone',
      {
        readonly key: DocumentKey;
        readonly pending: Stamp;
        readonly set: Partial<LocalTombstone>;
      }
    >
  /** Keeps states that are about to be overwritten; a record that is there already stays. */
  | Batch<'keep', ConflictRecord>
  /** Notes why a state waits in quarantine; counts the attempts. */
  | Single<'quarantine', { readonly entry: QuarantineEntry }>
  /** A page of the quarantine, in the order of its ids. */
  | Single<'scanQuarantine', { readonly after: string | null; readonly limit: number }>
  /** Entries by their ids. */
  | Batch<'findQuarantined', string>
  /** The states of entries, by their ids. */
  | Batch<'readQuarantined', string>
  /** Notes what an entry waits for, where it is still of that state, and still waits for that document. */
  | Batch<
      'noteWait',
      Pick<QuarantineMark, 'id' | 'stamp'> & Pick<ValueWait, 'holder'> & { readonly set: Partial<ValueWait> }
    >
  /** Takes states out of quarantine, unless another one has taken their place since. */
  | Batch<'release', Pick<QuarantineMark, 'id' | 'stamp'>>
  | Single<'savePosition', { readonly position: unknown }>
  /** The states of a page of a collection, for the diff. */
  | Single<'scanStates', StateScan>
  /** A page of a collection's keys, in `_id` order. */
  | Single<
      'scanKeys',
      { readonly collection: string; readonly after: DocumentKey | null; readonly limit: number }
    >;

/** What each operation on Local answers, by its name. Batches answer per entry, in order. @public */
export interface LocalResults {
  readonly scanDirty: readonly DirtyKey[];
  readonly scanPending: readonly DirtyKey[];
  readonly scanMarked: readonly (DirtyKey & Pick<LocalDocument, 'stamp' | 'last'>)[];
  readonly readDocuments: readonly (LocalDocument | null)[];
  /** `later`: not read, as what was read before is enough. */
  readonly readWithin: readonly (LocalDocument | null | 'later')[];
  readonly readMarks: readonly (LocalMarks | null)[];
  readonly readTombstones: readonly (LocalTombstone | null)[];
  readonly scanTombstones: ReadonlyMap<DocumentKey, LocalTombstone> | null;
  readonly noteSent: undefined;
  readonly noteId: undefined;
  readonly readSent: readonly ReadonlySet<Stamp>[];
  readonly forgetSent: undefined;
  /** `clean`: acknowledged; `moved`: written since, only the base moved; `missed`: neither. */
  readonly acknowledge: readonly ('clean' | 'moved' | 'missed')[];
  readonly amend: readonly boolean[];
  readonly store: readonly (boolean | Refusal)[];
  readonly rewrite: readonly (boolean | Refusal)[];
  readonly insert: readonly (boolean | Refusal)[];
  readonly findHolders: readonly (Holder | null)[];
  readonly remove: readonly boolean[];
  readonly noteTombstone: readonly boolean[];
  readonly noteRemoval: readonly undefined[];
  readonly notePending: undefined;
  readonly amendTombstone: readonly boolean[];
  readonly keep: readonly undefined[];
  readonly quarantine: undefined;
  readonly scanQuarantine: readonly QuarantineMark[];
  readonly findQuarantined: readonly (QuarantineMark | null)[];
  readonly readQuarantined: readonly (Body | null)[];
  readonly noteWait: readonly undefined[];
  readonly release: readonly undefined[];
  readonly savePosition: undefined;
  readonly scanStates: StatePage;
  readonly scanKeys: readonly DocumentKey[];
}
