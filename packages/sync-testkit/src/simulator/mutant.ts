import { type Operation } from '@bomba/sync-core';
import { type Branch } from './branch.js';
import { type LaneMistake } from './lane-mistake.js';
import { type Scenario } from './scenario.js';
import { type World } from './world.js';

/** An operation as it is performed, or the answer given in its place. */
export type Rewritten = Operation | { readonly answer: unknown };

/** A planted mistake: what the engine asks is changed at the moment it is performed. The simulator must find each. */
export interface Mutant {
  readonly name: string;
  /** The histories that can show it; default: any. */
  readonly needs?: (scenario: Scenario) => boolean;
  readonly rewrite?: (
    operation: Operation,
    at: { readonly world: World; readonly branch: Branch },
  ) => Rewritten;
  readonly lane?: LaneMistake;
}
