/**
 * Takes a map's entries in the order they were added, each in constant time. The iterator is kept from one call to the
 * next, because a new one would step over every entry removed before: quadratic for a long queue.
 */
export class OldestFirst<Key, Value> {
  readonly #map: Map<Key, Value>;
  #entries: Iterator<[Key, Value], undefined>;

  constructor(map: Map<Key, Value>) {
    this.#map = map;
    this.#entries = map.entries();
  }

  /** Removes and returns the value that was added longest ago; null where the map is empty. */
  take(): Value | null {
    if (this.#map.size === 0) return null;
    const entry = this.#entries.next().value ?? this.#restart();
    if (!entry) return null;
    this.#map.delete(entry[0]);
    return entry[1];
  }

  /** An iterator that has once reached the end stays there, whatever is added later. */
  #restart(): [Key, Value] | undefined {
    this.#entries = this.#map.entries();
    return this.#entries.next().value;
  }
}
