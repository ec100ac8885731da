import { MarkWatch, type Stamp, stampTimeMs, type Step, sweepMarks } from '@bomba/sync-core';
import { type Branch } from './branch.js';
import { type World } from './world.js';

const OLD_MARK_MS = 60;
/** Both fewer than there may be. */
const MARKS_AT_ONCE = 2;
const MARKS_WATCHED = 3;
/** More than it takes to finish all that there can be. */
const MAX_SWEEPS = 10;

/** How an engine process finds the deletes whose process has died. */
export class DeadDeletes {
  readonly #world: World;
  readonly #branch: Branch;
  readonly #watch = new MarkWatch({ ageMs: OLD_MARK_MS, limit: MARKS_WATCHED });

  constructor(world: World, branch: Branch) {
    this.#world = world;
    this.#branch = branch;
  }

  /** A sweep that only looks: as operations these would crowd out the others. */
  glance(): void {
    for (const { deleting, dirty } of this.#branch.documents.values())
      if (deleting && dirty) this.#watch.see(dirty, this.#world.nowMs);
  }

  *sweep(): Step<void> {
    const { nowMs, mutant } = this.#world;
    const isYoung = (id: Stamp): boolean => stampTimeMs(id) > this.#branch.clock.now() - OLD_MARK_MS;
    const mistake = mutant?.name === "a mark's age is read from its id" && { isUnderWay: isYoung };
    yield* sweepMarks({ watch: this.#watch, nowMs, limit: MARKS_AT_ONCE, ...mistake });
  }

  /** Finishes all of them, a few at a time: one sweep sees what the next one finishes. */
  *sweepAll(): Step<void> {
    for (let sweep = 0; sweep === 0 || (this.#areAny && sweep < MAX_SWEEPS); sweep++) {
      yield* this.sweep();
      this.#world.nowMs += OLD_MARK_MS;
      yield* this.sweep();
    }
  }

  get #areAny(): boolean {
    return [...this.#branch.documents.values()].some(({ deleting }) => deleting);
  }
}
