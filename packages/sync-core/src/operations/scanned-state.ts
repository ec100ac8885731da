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
  /**
   * What the bytes of a state of the other side tell without being taken apart: `same`: one key, one version, both plain, the
   * same body, and that of the digests there are; `same-key`: that, for sure. Absent: nothing.
   */
  compareBytes?(other: ScannedState): 'same' | 'same-key' | 'nothing';
}

/** States of a collection in the order of their `_id`s; without those whose `_id` no filter can name. @public */
export interface StatePage {
  readonly states: readonly ScannedState[];
  /** Whether there was nothing behind them; where it is false there still may be nothing. */
  readonly isEnd: boolean;
}
