import { type DocumentKey } from '../document-key/document-key.js';
import { type AtlasDocument } from '../protocol/state.js';
import { type Stamp } from '../protocol/stamp.js';

/** What the change stream says about one key. @public */
export type ChangeEvent =
  /** An insert or a replacement: the state itself. */
  | {
      readonly kind: 'state';
      readonly key: DocumentKey;
      readonly state: AtlasDocument;
      readonly atMs: number;
    }
  /**
   * A version that this instance wrote, coming back: it carries no content. Whether it did write that of a seal is told by
   * its memory alone.
   */
  | {
      readonly kind: 'echo';
      readonly key: DocumentKey;
      readonly stamp: Stamp;
      /** It gave a version to what was there. Default false. */
      readonly isSeal?: boolean;
    }
  /** A deletion that bomba-sync recorded. */
  | { readonly kind: 'tombstone'; readonly key: DocumentKey; readonly stamp: Stamp }
  /** An update that did not touch the version: a foreign hand. */
  | { readonly kind: 'foreign'; readonly key: DocumentKey; readonly atMs: number }
  /** Anything else about a key: look at it. `isRemoval`: the document was removed, whoever did it. Default false. */
  | { readonly kind: 'hint'; readonly key: DocumentKey; readonly isRemoval?: boolean };
