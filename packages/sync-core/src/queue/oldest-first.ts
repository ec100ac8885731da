/**
 * Takes a map's entries in the order they were added, each in constant time. The iterator is kept from one call to the
 * next, because a new one would step over every entry removed before: quadratic for a long queue. It is let go where the
 * map is empty: held on to while the map grows, it keeps all of the map's earlier, smaller tables in memory.
 */
export class OldestFirst<Key, Value> {
  readonly #map: Map<Key, Value>;
  #entries: Iterator<[Key, Value], undefined> | null = null;

  constructor(map: Map<Key, Value>) {
    this.#map = map;
  }

  /** Removes and returns the entry that was added longest ago; null where the map is empty. */
  take(): readonly [Key, Value] | null {
    const entry = this.#next();
    if (entry) this.#map.delete(entry[0]);
    if (this.#map.size === 0) this.#entries = null;
    return entry;
  }

  #next(): readonly [Key, Value] | null {
    if (this.#map.size === 0) return null;
    // An iterator that has once reached the end stays there, whatever is added later.
    return this.#entries?.next().value ?? this.#restart();
  }

  #restart(): readonly [Key, Value] | null {
    this.#entries = this.#map.entries();
    return this.#entries.next().value ?? null;
  }
}
