/** How a write changes one key: it sets the whole content, changes what is there (or begins it), or removes it. */
export type WriteKind = 'put' | 'edit' | 'delete';

/** One of the keys that a write changes. */
export interface WriteEffect {
  readonly key: string;
  readonly kind: WriteKind;
}

/** How many documents the application was told of; null where the call does not say. */
export interface WriteCounts {
  readonly written: number | null;
  readonly deleted: number | null;
}

/** Where a document is: a branch by its name, or Atlas. */
export type Place = string;

/** Atlas among the places. */
export const ATLAS: Place = 'atlas';

/** One write, as its writer logged it. What it writes carries its token, which no other write has. */
export interface LoggedWrite {
  readonly token: string;
  readonly place: Place;
  readonly way: string;
  readonly effects: readonly WriteEffect[];
  readonly begunAtMs: number;
  /** `open`: its process died before the answer came. */
  readonly outcome: 'acknowledged' | 'failed' | 'open';
  readonly counts: WriteCounts | null;
  /** Of a foreign deletion: the token of what it removed. */
  readonly removed?: string | null;
}

/** What a document held. A write sets `token` and `copy` to its token, and `n` counts the edits since the last put. */
export interface Content {
  readonly token: string;
  readonly copy: string;
  readonly n: number;
}

/** A change of a document that its server showed, in the order of that server. */
export interface Sighting {
  readonly place: Place;
  readonly key: string;
  /** Null: it was removed. */
  readonly content: Content | null;
  /** Of a removal: whether the application had marked the document as being deleted. */
  readonly wasMarked: boolean;
  readonly atMs: number;
}

/** A version that a document got, as its server showed it. */
export interface VersionSighting {
  readonly place: Place;
  readonly key: string;
  /** In hexadecimal: a time, and a tail that no other write has. */
  readonly stamp: string;
  /** The write whose content it is. */
  readonly token: string;
  readonly atMs: number;
}

/** A time in which Atlas did what a branch asked for, and no answer reached the branch, then or later. */
export interface Silence {
  readonly place: Place;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A state in the conflict store. */
export interface KeptState {
  readonly key: string;
  readonly content: Content;
}

/** What a place holds in the end. */
export interface FinalState {
  readonly place: Place;
  readonly contents: ReadonlyMap<string, Content>;
  /** Everything that has to be the same at all places, by a name for it: stored bytes, versions, conflict records. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** What should have gone by now: dirty documents, marks, pending deletions, quarantined states. */
  readonly leftovers: readonly string[];
}

/** All that is known of a history: enough to judge it without asking the product anything. */
export interface RecordedHistory {
  readonly writes: readonly LoggedWrite[];
  readonly sightings: readonly Sighting[];
  readonly versions: readonly VersionSighting[];
  readonly silences: readonly Silence[];
  readonly kept: readonly KeptState[];
  readonly finals: readonly FinalState[];
}

/** The rule that a history broke. */
export type BrokenRule =
  | 'convergence'
  | 'leftover'
  | 'lost'
  | 'resurrection'
  | 'lost-to-the-seen'
  | 'phantom'
  | 'never-happened'
  | 'pushed-twice'
  | 'underived'
  | 'unique'
  | 'crossed'
  | 'never-told';

/** A broken rule, where, and how. */
export interface ChaosViolation {
  readonly rule: BrokenRule;
  readonly key: string | null;
  readonly detail: string;
}
