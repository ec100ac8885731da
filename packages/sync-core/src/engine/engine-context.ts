import { type Collision, type CollisionResolution } from '../conflict/collision.js';
import { type ConflictRecord } from '../conflict/conflict-record.js';
import { type DocumentKey } from '../document-key/document-key.js';
import { type Random } from '../ports/random.js';
import { type Body, type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';
import { type Direction } from '../protocol/side.js';
import { type AtlasDocument, type LocalDocument, type Rules } from '../protocol/state.js';
import { type Resolution } from '../conflict/resolution.js';
import { type QuarantineEntry } from '../quarantine/quarantine-record.js';
import { type PushesUnderWay } from '../push/pushes-under-way.js';

/** Hears what the engine's steps have done; must not throw. */
export interface EngineObserver {
  /** A version is stored on the other side; `writtenAtMs`: when its write was made. */
  applied(direction: Direction, key: DocumentKey, writtenAtMs: number): void;
  kept(record: ConflictRecord): void;
  quarantined(entry: QuarantineEntry): void;
}

/** What the engine's steps know beside the two sides. */
export interface EngineContext {
  readonly random: Random;
  /** Names this branch's database. */
  readonly instanceId: string;
  /** A new id, for a write that the engine makes in the operator's name. */
  newId(): Stamp;
  readonly observer: EngineObserver;
  /** Shared by all lanes of a process that work over the same two sides. */
  readonly pushes: PushesUnderWay;
  /** The digest of a body under the collection's exclusion set. */
  digestOf(key: DocumentKey, body: Body): Digest;
  /** The rules that hold for this key now. */
  rulesFor(key: DocumentKey): Rules;
  /**
   * Whether a key that is gone from Atlas without a tombstone has been so for long enough to call the deletion
   * foreign: its tombstone may be on its way.
   */
  isGoneForGood(key: DocumentKey): boolean;
  /** Hears that a key is not gone like that, or not any more: its next absence is a new one. Default: nobody counts. */
  isNotGone?(key: DocumentKey): void;
  /** The strategy of the key's collection, where its rules say `merges`. Must not throw. */
  resolve?(key: DocumentKey, local: LocalDocument, atlas: AtlasDocument): Resolution;
  /** What is to become of a document that came too late for its unique value; default: it waits. Must not throw. */
  resolveCollision?(collision: Collision): CollisionResolution;
  /**
   * A document that has only the key's `_id`, where no query finds a document by it; null: one does. Default: one finds any.
   */
  unfindable?(key: DocumentKey): Body | null;
  /** How many bytes of content a batch that goes to Atlas, or comes from there, may have now. Default: `BATCH_BYTES`. */
  batchBytes?(): number;
  /** Whether the key may be pushed now; default: any may. */
  mayPush?(key: DocumentKey): boolean;
  /**
   * Whether Atlas may be written where that is no push: a version, or an end, for what a foreign hand has left there; or the
   * tombstone of a deletion. Where it may not, the key is left unsettled. Default: it may.
   */
  mayWriteAtlas?(key: DocumentKey, what: AtlasRecord): boolean;
}

/** What of a key is on Atlas, each in a collection of its own. */
export type AtlasRecord = 'document' | 'tombstone';

/** The observer that hears nothing. */
export const deafObserver: EngineObserver = {
  applied: () => undefined,
  kept: () => undefined,
  quarantined: () => undefined,
};
