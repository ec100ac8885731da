/**
 * How far Atlas is behind Local. While something waits, it is the larger of the lag of the last version that arrived
 * and the time since anything arrived or the queue began to fill: a lower bound that grows by itself while nothing goes
 * out, so an outage shows without any event.
 */
export class PushLag {
  #lastLagMs = 0;
  #waitingSinceMs: number | null = null;

  /** Versions arrived on Atlas, the oldest `lagMs` after it was written (null where unknown). */
  arrived(lagMs: number | null, nowMs: number): void {
    this.#lastLagMs = lagMs ?? 0;
    if (this.#waitingSinceMs !== null) this.#waitingSinceMs = nowMs;
  }

  /** The queue was looked at. */
  queueSeen(queueSize: number, nowMs: number): void {
    if (queueSize > 0) {
      this.#waitingSinceMs ??= nowMs;
    } else {
      this.#waitingSinceMs = null;
      this.#lastLagMs = 0;
    }
  }

  /** The lag now; 0 while nothing waits. */
  lagMs(nowMs: number): number {
    if (this.#waitingSinceMs === null) return 0;
    return Math.max(this.#lastLagMs, nowMs - this.#waitingSinceMs);
  }
}
