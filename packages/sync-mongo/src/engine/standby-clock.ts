import { type Db } from 'mongodb';
import { Drift, type DriftParts } from './drift.js';
import { NotedDrift } from './noted-drift.js';

/**
 * Keeps the clock of a process right that never meets Atlas, by what the lease holder notes: ids are drawn here too, and
 * what is drawn under a wrong clock beats the other branches, or loses to them.
 */
export class StandbyClock {
  readonly #parts: DriftParts;
  readonly #noted: NotedDrift;
  #drift: Drift | null = null;

  constructor(parts: DriftParts, db: Db) {
    this.#parts = parts;
    this.#noted = new NotedDrift(db, parts.options.clock);
  }

  async follow(): Promise<void> {
    const offsetMs = await this.#noted.read();
    if (offsetMs === null) return;
    this.#drift ??= new Drift(this.#parts);
    this.#drift.read(offsetMs);
  }

  /** This process meets Atlas itself: what it was told before says nothing of the correction it has afterwards. */
  forget(): void {
    this.#drift = null;
  }
}
