import { type Body, type Digest } from './body.js';
import { type ApplyLogic } from '../apply-logic/apply-logic.js';
import { type Stamp } from './stamp.js';

/** Numbers that inform people and travel with a version; nothing decides by them. @public */
export interface VersionInfo {
  /** How many writes of this document reached Atlas. */
  readonly version: number;
  /** How many conflicts its history settled. */
  readonly conflictCount: number;
  /** The instance that wrote it; null for a foreign hand. */
  readonly instanceId: string | null;
}

/** A document as Local holds it. @public */
export interface LocalDocument {
  /** The Atlas version its content builds on; null where there is none yet. */
  readonly stamp: Stamp | null;
  /** The id of the write that is not known to be on Atlas; null where clean. */
  readonly dirty: Stamp | null;
  /** That write was refused and is in quarantine: it is not pushed again by itself. */
  readonly held: boolean;
  /** Marked by a delete that has not finished. */
  readonly deleting: boolean;
  /**
   * Its id may stand for two writes, and could not be replaced by one of its own, as somebody else holds the document:
   * nothing may be done about it yet. Default: false.
   */
  readonly contended?: boolean;
  /** With `deleting`: the unacknowledged write that the delete found. */
  readonly last: Stamp | null;
  /** That write is only the output of business logic on `stamp`. */
  readonly derived: boolean;
  /** Clean by its marks, but its bytes are not those of `stamp`: written past capture. */
  readonly edited: boolean;
  /** Dirty by its marks, but its bytes are those of `stamp`: the write changed nothing. */
  readonly unchanged: boolean;
  /**
   * Where its digest does not speak of all that travels, as fields were excluded when `stamp` was stored here: the part that
   * it speaks of. It may lack what that version has.
   */
  readonly covered?: Body;
  readonly body: Body;
  readonly info: VersionInfo;
}

/** The marks of a document of Local, without its content. @public */
export type LocalMarks = Pick<LocalDocument, 'stamp' | 'dirty' | 'held' | 'deleting' | 'contended'>;

/** What Local knows of a key's deletion. @public */
export interface LocalTombstone {
  /** The deletion known to be on Atlas. */
  readonly stamp: Stamp | null;
  /** The write without a base that Local held when `stamp` was noted: it had not seen that deletion. */
  readonly over: Stamp | null;
  /** What a deletion that was given up may have become on Atlas. */
  readonly floor: Stamp | null;
  /** A deletion by this branch that is not known to be on Atlas. */
  readonly pending: Stamp | null;
  /** With `pending`: the Atlas version it deletes. */
  readonly base: Stamp | null;
  /** With `pending`: the unacknowledged write it deletes, which may be on Atlas unanswered. */
  readonly last: Stamp | null;
}

/** A document as Atlas holds it. @public */
export interface AtlasDocument {
  /** Its version; null where a foreign hand wrote it whole. */
  readonly stamp: Stamp | null;
  /** Whether its bytes are those that were stored under `stamp`; `unknown` where no digest tells. */
  readonly edited: 'no' | 'yes' | 'unknown';
  readonly body: Body;
  readonly digest: Digest | null;
  readonly info: VersionInfo;
  /** Of a sealed state: the version that the foreign hand edited; absent where that is not known. */
  readonly base?: Stamp;
  /** It is what business logic made of a state, on the branch that wrote it. */
  readonly output?: boolean;
  /**
   * With `unknown`: it holds fields that its digest does not speak of, as whoever stored it excludes them. This is the
   * rest, which is what was stored.
   */
  readonly covered?: Body;
}

/** A deletion as Atlas records it: a fact, never an intent. @public */
export interface AtlasTombstone {
  readonly stamp: Stamp;
  /** The version it removed; null where that is not known. */
  readonly base: Stamp | null;
  /** The write it deleted that was not known to be on Atlas, and may arrive after it. */
  readonly last?: Stamp | null;
}

/** All that both sides hold for one key, as one look found it. @public */
export interface View {
  readonly local: LocalDocument | null;
  readonly localTombstone: LocalTombstone | null;
  readonly atlas: AtlasDocument | null;
  readonly atlasTombstone: AtlasTombstone | null;
  /** Versions of this key that this Local notes having sent: part of what it holds, answered or not. */
  readonly sent: ReadonlySet<Stamp>;
}

/** What the protocol needs to know beside a view. @public */
export interface Rules {
  /** Ids later than this are put right before they are pushed: Atlas' clock plus the allowed drift, in ms. */
  readonly ceilingMs: number;
  /** Deletions before this time, in ms, may have lost their tombstone. */
  readonly horizonMs: number;
  /** Records of this collection are never edited: what is on Atlas already stands. */
  readonly insertOnly: boolean;
  /** A strategy of the collection's own settles two states that had not seen each other. Default false. */
  readonly merges?: boolean;
  /** Push goes on, but Local's content is never changed or removed. Default false. */
  readonly oneWay?: boolean;
  /** Which states from Atlas pass their model before Local stores them. Default `never`. */
  readonly applyLogic?: ApplyLogic;
}
