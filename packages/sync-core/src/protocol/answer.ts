import { type Stamp } from './stamp.js';

/**
 * What to do about one key. Each step of an answer is conditional on what was looked at; a miss ends it, and the key
 * is looked at again.
 *
 * @public
 */
export type Answer =
  | { readonly do: 'nothing' }
  /** Note `stamp` as sent, then replace Atlas' version that Local builds on (`create`: insert where there is none). */
  | { readonly do: 'push'; readonly stamp: Stamp; readonly create: boolean }
  /** Local: `stamp` is on Atlas; no longer dirty unless written since. */
  | { readonly do: 'acknowledge'; readonly stamp: Stamp }
  /** Local: content and dirty id stay, and build on Atlas' version from now on. */
  | { readonly do: 'rebase'; readonly onto: Stamp; readonly keepLoser: boolean }
  /** Local: what the collection's strategy makes of both states, building on Atlas' version. */
  | { readonly do: 'merge' }
  /** Local: Atlas' content and version. `floor`: the deletion of ours that lost, as it may be on Atlas. */
  | { readonly do: 'takeAtlas'; readonly keepLoser: boolean; readonly floor: Stamp | null }
  /** Local: note the deletion of version `stamp`, then remove the document. */
  | { readonly do: 'takeDelete'; readonly stamp: Stamp; readonly keepLoser: boolean }
  /** Local: the same bytes are on Atlas as this version. */
  | { readonly do: 'adopt'; readonly stamp: Stamp }
  /** Local: a write past capture, of unknown time, gets the lowest id. */
  | { readonly do: 'markDirty' }
  /** Local: the write changed nothing; it is clean. */
  | { readonly do: 'clear' }
  /** Local: ids later than the ceiling get its time. */
  | { readonly do: 'correctTime'; readonly ceilingMs: number }
  /** Atlas: a foreign state gets a version of its own, lowest above `above`. */
  | { readonly do: 'seal'; readonly above: Stamp | null; readonly keepLocal: boolean }
  /** Atlas: remove a state that a tombstone covers. */
  | { readonly do: 'finishDelete'; readonly keepCopy: boolean }
  /** Note `stamp` as sent, remove on Atlas where it is `base`, then write the tombstone. */
  | { readonly do: 'pushDelete'; readonly base: Stamp; readonly stamp: Stamp }
  /** Note `stamp` as sent, then write the tombstone. */
  | { readonly do: 'pushTombstone'; readonly base: Stamp | null; readonly stamp: Stamp }
  /** Local: the deletion is on Atlas. */
  | { readonly do: 'acknowledgeDelete'; readonly stamp: Stamp }
  /** Local: the deletion is of this version from now on. */
  | { readonly do: 'rebaseDelete'; readonly onto: Stamp; readonly keepLoser: boolean }
  /** Local: the deletion is given up; what it may have become stays as a floor. `lost`: to a write it had not seen. */
  | { readonly do: 'dropPending'; readonly floor: Stamp; readonly lost: boolean }
  /** Local: finish a deletion whose document is still there. */
  | { readonly do: 'removeLocal'; readonly keepCopy: boolean; readonly thenBase: Stamp | null }
  /** Atlas: a foreign deletion gets a tombstone in its name; Local's state is kept as a copy. */
  | { readonly do: 'recordForeignDelete'; readonly base: Stamp | null; readonly timeMs: number | null }
  /** Local: note the deletion that Atlas records. */
  | { readonly do: 'noteDelete' };

/** The names of the answers. @public */
export type AnswerName = Answer['do'];
