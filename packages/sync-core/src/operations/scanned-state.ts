import { type DocumentKey } from '../document-key/document-key.js';
import { type Body, type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';
import { type AtlasDocument, type LocalDocument } from '../protocol/state.js';

/** Which states of a collection to read. @public */
export interface StateScan {
  readonly collection: string;
  /** The last key before them; null: from the first. */
  readonly after: DocumentKey | null;
  readonly limit: number;
  /** Ends the page once so much content is read, but behind one document at least. */
  readonly maxBytes: number;
  /** Only these keys of the collection. Default: all. */
  readonly among?: readonly DocumentKey[];
}

/** What one side holds for a key, as far as a comparison needs it that concludes nothing from a difference. @public */
export interface ScannedState {
  readonly key: DocumentKey;
  readonly stamp: Stamp | null;
  readonly digest: Digest | null;
  /**
   * It carries none of the marks that only Local has, and its digest, where there is one, was made as those of now are. Of
   * what is not plain nothing can be told without a look.
   */
  readonly isPlain: boolean;
  readonly body: Body;
  /** What a look would show of it, where Atlas is the side that was read. */
  readonly onAtlas: AtlasDocument;
  /** The same, where it is Local. */
  readonly onLocal: LocalDocument;
}

/** Two states of one key. @public */
export interface StatePair {
  readonly local: ScannedState;
  readonly atlas: ScannedState;
}

/** States of a collection in the order of their `_id`s; without those whose `_id` no filter can name. @public */
export interface StatePage {
  readonly states: readonly ScannedState[];
  /** Whether there was nothing behind them; where it is false there still may be nothing. */
  readonly isEnd: boolean;
  /**
   * Of a page of Local: what the bytes of Atlas' page tell, as far as both have the same keys one by one, without being taken
   * apart. Null, or absent: nothing is told.
   */
  pairWith?(atlas: StatePage, heed?: PairHeed): PairedPages | null;
}

/** What is heeded of single keys where pages are paired. @public */
export interface PairHeed {
  /** Whether nothing is to be concluded of a key. Default: of none. */
  readonly isOpen?: ((key: DocumentKey) => boolean) | undefined;
  /** Hears of each key that plainly holds the same. */
  readonly onSame?: ((key: DocumentKey) => void) | undefined;
}

/** What two pages that begin behind the same key have in common from their beginning on. @public */
export interface PairedPages {
  /** So many keys plainly hold the same: one version, both plain, the same body, and that of the digests there are. */
  readonly sameCount: number;
  /** Of one key, and it is not plain that they hold the same. */
  readonly unsure: readonly StatePair[];
  /** The last key of all these; null: there are none. */
  readonly last: DocumentKey | null;
  /** What is behind them. */
  readonly local: StatePage;
  readonly atlas: StatePage;
}
