import { type DocumentKey } from '../document-key/document-key.js';
import { type Body, type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';
import { type AtlasDocument, type AtlasTombstone, type VersionInfo } from '../protocol/state.js';
import { type Holder, type HolderSearch } from './holder.js';
import { type Refusal } from './refusal.js';
import { type StatePage, type StateScan } from './scanned-state.js';

/** A version to store on Atlas where `base` is what it has; null: where it has none. @public */
export interface PushEntry {
  readonly key: DocumentKey;
  readonly base: Stamp | null;
  readonly stamp: Stamp;
  readonly body: Body;
  readonly digest: Digest;
  readonly info: VersionInfo;
  /** It is what business logic made of `base`. */
  readonly output?: boolean;
}

/** A foreign state on Atlas that is to get a version of its own. @public */
export interface SealEntry {
  readonly key: DocumentKey;
  /** The version that it is under; null: none. */
  readonly expected: Stamp | null;
  readonly stamp: Stamp;
  /** What was looked at: the digest is made of it. */
  readonly body: Body;
  /** As many writes and conflicts as are known of the document, which may have lost its count. */
  readonly info: Pick<VersionInfo, 'version' | 'conflictCount'>;
  /** The version that was edited, where `body` is an edit of that very version. */
  readonly base?: Stamp;
}

/** How a batch of conditional writes ended: how many stored something, and which were refused for good. @public */
export interface PushResult {
  readonly storedCount: number;
  readonly refused: readonly { readonly index: number; readonly refusal: Refusal }[];
}

type Batch<Name extends string, Entry> = {
  readonly side: 'atlas';
  readonly op: Name;
  readonly entries: readonly Entry[];
};
type Single<Name extends string, Fields> = { readonly side: 'atlas'; readonly op: Name } & Fields;

/** Everything the engine asks of Atlas. Reads are causal majority reads on the primary; writes are majority. @public */
export type AtlasOperation =
  | Batch<'readDocuments', DocumentKey>
  /** As `readDocuments`, up to `maxBytes` of content but one document at least. */
  | (Batch<'readWithin', DocumentKey> & { readonly maxBytes: number })
  | Batch<'readTombstones', DocumentKey>
  /** All deletions of a collection's documents; null where there are more than `limit`. */
  | Single<'scanTombstones', { readonly collection: string; readonly limit: number }>
  /** Only the versions: tells who won where fewer were stored than sent. */
  | Batch<'readStamps', DocumentKey>
  | Batch<'push', PushEntry>
  /** All of them as `push` would, in one moment, or none: for documents that exchange their unique values. */
  | Single<'exchange', { readonly entries: readonly PushEntry[] }>
  /** Which other document holds a unique value of each state. */
  | Batch<'findHolders', HolderSearch>
  /** Conditional removal. */
  | Batch<'remove', { readonly key: DocumentKey; readonly base: Stamp }>
  /** Only upwards. */
  | Batch<'writeTombstone', { readonly key: DocumentKey } & AtlasTombstone>
  /** Gives states versions of their own, in place, where they still are under `expected`; true: they have them. */
  | Batch<'seal', SealEntry>
  /** The states of a page of a collection, for the diff. */
  | Single<'scanStates', StateScan>
  /** A page of a collection's keys, in `_id` order. */
  | Single<
      'scanKeys',
      { readonly collection: string; readonly after: DocumentKey | null; readonly limit: number }
    >;

/** What each operation on Atlas answers, by its name. Batches answer per entry, in order, but for `push`. @public */
export interface AtlasResults {
  readonly readDocuments: readonly (AtlasDocument | null)[];
  /** `later`: not read, as what was read before is enough. */
  readonly readWithin: readonly (AtlasDocument | null | 'later')[];
  readonly readTombstones: readonly (AtlasTombstone | null)[];
  readonly scanTombstones: ReadonlyMap<DocumentKey, AtlasTombstone> | null;
  readonly readStamps: readonly (Stamp | null)[];
  readonly push: PushResult;
  readonly exchange: boolean | Refusal;
  readonly findHolders: readonly (Holder | null)[];
  readonly remove: readonly boolean[];
  readonly writeTombstone: readonly undefined[];
  readonly seal: readonly (boolean | Refusal)[];
  readonly scanStates: StatePage;
  readonly scanKeys: readonly DocumentKey[];
}
