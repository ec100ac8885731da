const SLOT_COUNT = 60;

interface Slot {
  /** Which stretch of time it counts; slots of another round are void. */
  readonly round: number;
  count: number;
}

/**
 * Counts what happened in the last stretch of time, in 60 slots that are used in turn. A clock that jumps loses at most
 * what the window held.
 */
export class RecentCount {
  readonly #slotMs: number;
  readonly #slots: (Slot | undefined)[] = [];

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOT_COUNT;
  }

  /** Counts at this time. */
  add(nowMs: number, count = 1): void {
    const round = this.#roundAt(nowMs);
    const slot = this.#slots[round % SLOT_COUNT];
    if (slot?.round === round) slot.count += count;
    else this.#slots[round % SLOT_COUNT] = { round, count };
  }

  /** What was counted in the window that ends now. */
  total(nowMs: number): number {
    const round = this.#roundAt(nowMs);
    let total = 0;
    for (const slot of this.#slots) {
      if (slot && slot.round <= round && slot.round > round - SLOT_COUNT) total += slot.count;
    }
    return total;
  }

  #roundAt(nowMs: number): number {
    return Math.max(0, Math.floor(nowMs / this.#slotMs));
  }
}
