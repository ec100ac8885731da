import { type Stamp } from '@bomba/sync-core';
import { type WriteId } from './write-id.js';

/** How many failed deletes are remembered; the marks of older ones count as those of another process. */
const MAX_LEFT = 1_000;

/** The deletes of this process, by their ids. */
export class DeletesUnderWay {
  readonly #running = new Set<Stamp>();
  readonly #left = new Set<Stamp>();

  /** Carries out deletes of these ids. */
  async run<Result>(ids: readonly WriteId[], work: () => Promise<Result>): Promise<Result> {
    for (const { stamp } of ids) this.#running.add(stamp);
    try {
      return await work();
    } catch (error) {
      for (const { stamp } of ids) this.#leave(stamp);
      throw error;
    } finally {
      for (const { stamp } of ids) this.#running.delete(stamp);
    }
  }

  /** True while the delete of this id is carried out. */
  isRunning(id: Stamp): boolean {
    return this.#running.has(id);
  }

  /** True where the delete of this id ended in an error: what it has marked waits for somebody to finish it. */
  hasLeft(id: Stamp): boolean {
    return this.#left.has(id);
  }

  /** True where any delete ended in an error. */
  get hasLeftAny(): boolean {
    return this.#left.size > 0;
  }

  #leave(id: Stamp): void {
    this.#left.add(id);
    const [oldest] = this.#left;
    if (this.#left.size > MAX_LEFT && oldest !== undefined) this.#left.delete(oldest);
  }
}
