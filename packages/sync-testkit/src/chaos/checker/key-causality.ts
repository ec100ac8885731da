import { ATLAS, type LoggedWrite, type Sighting, type WriteKind } from './recorded-history.js';

/** A write of one key that took place, and what it stands on. */
export interface WriteNode {
  /** The token of what was written; for a deletion, a name of its own. */
  readonly id: string;
  readonly isDeletion: boolean;
  /** Past bomba-sync, on Atlas: it may be overwritten in the moment before sync has seen it. */
  readonly isForeign: boolean;
  /** The node whose state was there; null: nothing was, or sync had removed it. */
  readonly on: string | null;
  /** Where sync had removed what was there: when. Any deletion that had begun by then may be seen. */
  readonly afterRemovalAtMs: number | null;
  readonly begunAtMs: number;
  /** The count that its content holds. */
  readonly n: number;
}

/** What a place holds at some point of its history. */
interface Present {
  readonly id: string | null;
  readonly n: number;
  readonly removedAtMs: number | null;
}

const NOTHING: Present = { id: null, n: 0, removedAtMs: null };

/**
 * Which writes of a key took place, and on top of which: worked out from what the writers logged and what each server
 * showed, in that server's order. What a write stands on is exact, but for one case: after a removal by sync nobody can
 * tell whose deletion that was. Then every one begun before may have been seen, and none is known to have been.
 */
export class KeyCausality {
  readonly nodes = new Map<string, WriteNode>();
  /** Removals that carry the mark of an application that had asked for none. */
  readonly strayRemovals: readonly Sighting[];
  readonly #writes: ReadonlyMap<string, LoggedWrite>;
  readonly #deletes: readonly LoggedWrite[];
  readonly #key: string;

  constructor(key: string, writes: readonly LoggedWrite[], sightings: readonly Sighting[]) {
    this.#key = key;
    const ofKey = writes.filter(({ effects }) => effects.some((effect) => effect.key === key));
    this.#writes = new Map(ofKey.map((write) => [write.token, write]));
    this.#deletes = ofKey.filter((write) => this.kindOf(write) === 'delete');
    const strays: Sighting[] = [];
    for (const place of new Set(sightings.map((sighting) => sighting.place))) {
      let present = NOTHING;
      for (const sighting of sightings) {
        if (sighting.place === place) present = this.#next(present, sighting, strays);
      }
    }
    this.strayRemovals = strays;
    this.#addForeignDeletions();
  }

  kindOf(write: LoggedWrite): WriteKind | null {
    return write.effects.find(({ key }) => key === this.#key)?.kind ?? null;
  }

  /** Whether somebody wrote that, for this key. */
  isWritten(token: string): boolean {
    const write = this.#writes.get(token);
    return write !== undefined && this.kindOf(write) !== 'delete';
  }

  /** This node and all that it is known to have seen. */
  sawForSure(id: string | null): ReadonlySet<string> {
    return this.#reach(id, ({ on }) => [on]);
  }

  /** This node and all that it can have seen. */
  mayHaveSeen(id: string | null): ReadonlySet<string> {
    return this.#reach(id, ({ on, afterRemovalAtMs }) => [on, ...this.#deletionsBefore(afterRemovalAtMs)]);
  }

  #next(present: Present, sighting: Sighting, strays: Sighting[]): Present {
    const { content, place, atMs, wasMarked } = sighting;
    if (content) {
      const write = this.#writes.get(content.token);
      if (write?.place === place && !this.nodes.has(content.token)) this.#add(present, write);
      return { id: content.token, n: content.n, removedAtMs: null };
    }
    if (!wasMarked) return { id: null, n: 0, removedAtMs: atMs };
    const begun = this.#deletes.filter((write) => write.place === place && write.begunAtMs <= atMs);
    if (begun.length === 0) strays.push(sighting);
    const id = `deletion ${this.nodes.size + 1} at ${place}`;
    const begunAtMs = Math.min(atMs, ...begun.map((write) => write.begunAtMs));
    this.nodes.set(id, { ...groundOf(present), id, isDeletion: true, isForeign: false, begunAtMs, n: 0 });
    return { id, n: 0, removedAtMs: null };
  }

  #add(present: Present, write: LoggedWrite): void {
    const { token: id, place, begunAtMs } = write;
    const n = this.kindOf(write) === 'edit' ? present.n + 1 : 1;
    const isForeign = place === ATLAS;
    this.nodes.set(id, { ...groundOf(present), id, isDeletion: false, isForeign, begunAtMs, n });
  }

  #addForeignDeletions(): void {
    for (const { place, removed, token: id, begunAtMs } of this.#deletes) {
      if (place !== ATLAS || removed == null) continue;
      const known = { on: removed, afterRemovalAtMs: null, begunAtMs, n: 0 };
      this.nodes.set(id, { ...known, id, isDeletion: true, isForeign: true });
    }
  }

  #deletionsBefore(atMs: number | null): readonly string[] {
    if (atMs === null) return [];
    const deletions = [...this.nodes.values()].filter(({ isDeletion }) => isDeletion);
    return deletions.filter(({ begunAtMs }) => begunAtMs <= atMs).map(({ id }) => id);
  }

  #reach(from: string | null, next: (node: WriteNode) => readonly (string | null)[]): ReadonlySet<string> {
    const reached = new Set<string>();
    const open = [from];
    while (open.length > 0) {
      const id = open.pop() ?? null;
      if (id === null || reached.has(id)) continue;
      reached.add(id);
      const node = this.nodes.get(id);
      if (node) open.push(...next(node));
    }
    return reached;
  }
}

function groundOf({ id, removedAtMs }: Present): Pick<WriteNode, 'on' | 'afterRemovalAtMs'> {
  return { on: id, afterRemovalAtMs: removedAtMs };
}
