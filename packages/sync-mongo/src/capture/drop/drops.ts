import { type Connection } from 'mongoose';
import { type DropListener } from '../capture.js';
import { type WriteTargets } from '../write-targets.js';

/** The database in which something is dropped. */
export interface DropPlace {
  readonly connection: Connection;
  readonly dbName: string;
}

/** Tells of synced collections that the application drops or renames, before it happens; the application never hears of it. */
export class Drops {
  readonly #targets: WriteTargets;
  readonly #listener: DropListener | undefined;

  constructor(targets: WriteTargets, listener?: DropListener) {
    this.#targets = targets;
    this.#listener = listener;
  }

  /** Carries out what drops or replaces these collections. */
  guard(place: DropPlace, names: readonly unknown[], drop: () => unknown): unknown {
    const synced = names.filter((name) => typeof name === 'string' && this.#targets.hasNamed(name));
    return this.#listener && this.#isHeard(place, synced)
      ? this.#before(this.#listener, synced as readonly string[]).then(drop)
      : drop();
  }

  /** Carries out what drops the whole database, and what sync has noted in it. */
  guardAll(place: DropPlace, drop: () => unknown): unknown {
    const { names } = this.#targets;
    return this.#listener && this.#isHeard(place, names)
      ? this.#dropAll(this.#listener, names, drop)
      : drop();
  }

  #isHeard({ connection, dbName }: DropPlace, synced: readonly unknown[]): boolean {
    return synced.length > 0 && this.#targets.isLocal(connection, dbName);
  }

  async #dropAll(listener: DropListener, names: readonly string[], drop: () => unknown): Promise<unknown> {
    const told = await this.#before(listener, names);
    const result = await drop();
    await this.#attempt(() => listener.after(told));
    return result;
  }

  async #before(listener: DropListener, names: readonly string[]): Promise<readonly string[]> {
    return (await this.#attempt(() => listener.before(names))) ?? [];
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#targets.report.failed('drop', error);
      return undefined;
    }
  }
}
