import { type ForeignRuledWrite } from '../rules/plan-rules.js';

/** What can happen to the wire between a branch and Atlas. */
export type LinkFaultKind =
  | 'cut'
  | 'black hole'
  | 'late requests'
  | 'replies lost'
  | 'replies late'
  | 'reset before the server'
  | 'reset after the server'
  | 'delay'
  | 'slow'
  | 'flapping';

/** A fault of a link, and when, from the beginning of the history. */
export interface LinkFault {
  readonly kind: LinkFaultKind;
  readonly atMs: number;
  readonly lengthMs: number;
}

/** A process is killed, and comes back some time later. */
export interface Kill {
  readonly atMs: number;
  readonly downMs: number;
}

/** One process of a branch. */
export interface ProcessPlan {
  readonly name: string;
  readonly seed: number;
  /** How many writers write at the same time. */
  readonly writerCount: number;
  /** The longest pause between two writes of a writer. */
  readonly pauseMs: number;
  /** How far its clock is off. */
  readonly skewMs: number;
  readonly kills: readonly Kill[];
}

/** A branch, its processes and its link. */
export interface BranchPlan {
  readonly name: string;
  readonly processes: readonly ProcessPlan[];
  readonly faults: readonly LinkFault[];
}

/** What a foreign hand does on Atlas, past bomba-sync. */
export interface ForeignWrite {
  readonly atMs: number;
  readonly way: 'edit' | 'put' | 'delete';
  readonly key: string;
}

/** Everything that happens in a history, as far as it can be said beforehand. */
export interface HistoryPlan {
  readonly seed: number;
  readonly keys: readonly string[];
  readonly lengthMs: number;
  /** Whether writers use transactions; then none of them writes many documents at once. */
  readonly hasTransactions: boolean;
  readonly branches: readonly BranchPlan[];
  readonly foreign: readonly ForeignWrite[];
  /** The branch that misses the answer to a push when all that is over; null: none is made to. */
  readonly unheard: string | null;
  /** What a foreign hand writes of the documents that have rules; null: no rules are switched on. */
  readonly ruled: readonly ForeignRuledWrite[] | null;
}
