import { type Content, type LogEntry } from '../fixtures/random-writer.js';

/** What the documents of a branch may be after its writers died, by what they had logged. */
export class Expectation {
  readonly #settled = new Map<string, Content>();
  #open: readonly LogEntry[] = [];

  /** Takes over the log of a writer: what was acknowledged counts, what had only begun may have happened. */
  read(log: readonly LogEntry[]): void {
    const open = new Map<string, LogEntry>();
    for (const entry of log) {
      const lane = entry.lane ?? '';
      if (entry.effects) open.set(lane, entry);
      const begun = open.get(lane);
      if (!entry.isAcknowledged || !begun) continue;
      open.delete(lane);
      for (const [id, content] of Object.entries(begun.effects ?? {})) this.#settled.set(id, content);
    }
    this.#open = [...open.values()];
  }

  /** What is wrong with these documents: one line for each key. They are what later writes build on. */
  violations(found: ReadonlyMap<string, Content>): readonly string[] {
    const ids = new Set([
      ...[...this.#settled.keys(), ...found.keys()],
      ...this.#open.flatMap(({ effects }) => Object.keys(effects ?? {})),
    ]);
    const wrong = [...ids].flatMap((id) => this.#violationOf(id, found.get(id) ?? null));
    const torn = this.#open.flatMap((write) => this.#tornBy(write, found));
    for (const id of ids) this.#settled.set(id, found.get(id) ?? null);
    this.#open = [];
    return [...wrong, ...torn];
  }

  #violationOf(id: string, found: Content): readonly string[] {
    const before = this.#settled.get(id) ?? null;
    const after = this.#open.flatMap(({ effects = {} }) => (id in effects ? [effects[id] ?? null] : []));
    const allowed = [before, ...after];
    if (allowed.some((content) => same(content, found))) return [];
    return [`${id}: ${text(found)}, but allowed is ${allowed.map(text).join(' or ')}`];
  }

  /** A transaction is there as a whole or not at all. */
  #tornBy(
    { isAtomic, effects = {}, way, n }: LogEntry,
    found: ReadonlyMap<string, Content>,
  ): readonly string[] {
    if (!isAtomic) return [];
    const changed = Object.entries(effects).filter(
      ([id, content]) => !same(content, this.#settled.get(id) ?? null),
    );
    const done = changed.filter(([id, content]) => same(content, found.get(id) ?? null));
    return done.length === 0 || done.length === changed.length
      ? []
      : [
          `${way ?? ''} ${n ?? ''}: only ${done.map(([id]) => id).join()} of ${changed.map(([id]) => id).join()}`,
        ];
  }
}

function same(a: Content, b: Content): boolean {
  return text(a) === text(b);
}

function text(content: Content): string {
  return content === null ? 'nothing' : JSON.stringify(Object.entries(content).sort());
}
